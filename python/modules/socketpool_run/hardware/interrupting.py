"""Lets another thread interrupt the program: a function is called in the main thread, between two of its steps or in its waits."""

import signal
import threading

from socketpool_run.context import context

_pending = []


def _handle(*_):
    if _pending:
        function = _pending.pop(0)
        if isinstance(function, type):
            raise function
        function()


def raise_in_main(function):
    """Raise an exception type, or call a function, in the main thread."""
    _pending.append(function)
    signal.pthread_kill(threading.main_thread().ident, signal.SIGUSR2)


def prepare():
    """To be called in the main thread before another one may interrupt it."""
    if threading.current_thread() is not threading.main_thread():
        return
    before = signal.signal(signal.SIGUSR2, _handle)
    if before is not _handle:
        context.at_end(lambda: (_pending.clear(), signal.signal(signal.SIGUSR2, before)))
