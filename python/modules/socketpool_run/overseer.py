"""A thread that watches a run: its time, the files of the drive, the access point, and programs that catch what no board lets them catch."""

import os
import signal
import sys
import threading
from time import monotonic

from .endings import ReloadException, Terminated, TimeIsUp

_TICK = 0.1
# How long a program may hold on after its time is up; then the process ends under it.
_GRACE = 5.0


class Overseer:
    """Started by whoever needs it. The program's thread gets a signal, whose handler raises `context.ending`."""

    def __init__(self, context, give_up):
        self._context = context
        self._give_up = give_up  # called with what should have ended it when the program cannot be ended
        self._thread = None
        self._main = threading.main_thread().ident
        self.deadline = None
        self.watch = None
        self.air = None
        self._interrupts = []
        signal.signal(signal.SIGALRM, self._raise_ending)
        signal.signal(signal.SIGTERM, self._terminate)
        signal.signal(signal.SIGINT, self._interrupt)

    def begin(self):
        """Start to watch."""
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, daemon=True, name="socketpool overseer")
            self._thread.start()

    def _run(self):
        refused = 0.0
        while True:
            threading.Event().wait(_TICK)
            if self._context.ending is None:
                refused = 0.0
                self._look()
            if self._context.ending is not None and self._context.is_running:
                refused += _TICK
                signal.pthread_kill(self._main, signal.SIGALRM)
                if isinstance(self._context.ending, (TimeIsUp, Terminated)) and refused > _GRACE:
                    self._give_up(self._context.ending)

    def _look(self):
        if self.deadline is not None and monotonic() >= self.deadline:
            self._context.ending = TimeIsUp()
        elif self.watch is not None and self.watch.has_settled() and self._context.is_running and self._context.autoreload:
            self._context.ending = ReloadException(is_automatic=True)
        if self.air is not None and self._context.radio is not None and self.air.has_just_gone():
            self._context.radio._close_sockets()

    def _raise_ending(self, number, frame):
        if self._context.ending is not None and self._context.is_running:
            raise self._context.ending

    def _terminate(self, number, frame):
        self._context.ending = Terminated()
        self.begin()
        self._raise_ending(number, frame)

    def _interrupt(self, number, frame):
        # The program may catch it and go on, as on a board; three in a moment end the process.
        self._interrupts = [*self._interrupts[-2:], monotonic()]
        if len(self._interrupts) == 3 and self._interrupts[-1] - self._interrupts[0] < 2:
            self._give_up(KeyboardInterrupt())
        raise KeyboardInterrupt


def exit_now(status):
    """Ends the process under a program that does not end."""
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(status)
