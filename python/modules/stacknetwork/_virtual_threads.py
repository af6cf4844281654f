"""`threading`, `_thread` and `queue` in simulated time: locks whose waits are simulated, and threads that take part.

`Condition`, `Event`, `Semaphore`, `Barrier`, `Timer` and `Queue` are CPython's own, on these locks.
"""

import _thread
from _thread import get_ident
from collections import deque

from ._errors import ProgramEnded
from ._virtual import State, real_monotonic_ns, state_of_thread, states

_allocate_lock = _thread.allocate_lock


class _SimulatedLock:
    """As `threading.Lock()`; a thread that takes part in a simulation waits in simulated time."""

    __slots__ = ("__weakref__", "_lock", "_waiters")

    def __init__(self):
        self._lock = _allocate_lock()
        self._waiters = deque()

    def acquire(self, blocking=True, timeout=-1):
        """As CPython's."""
        if not blocking and timeout != -1:
            raise ValueError("can't specify a timeout for a non-blocking call")
        if timeout < 0 and timeout != -1:
            raise ValueError("timeout value must be a non-negative number")
        if self._lock.acquire(False):
            return True
        state = state_of_thread()
        if state is None:
            return self._lock.acquire(blocking, timeout)
        if not blocking:
            state.poll()
            return False
        end = None if timeout == -1 else state.native._now() + round(timeout * 1e9)
        while True:
            signal = state.native._signal()
            self._waiters.append((state, signal))
            try:
                seconds = -1 if end is None else max(0, end - state.native._now()) / 1e9
                woken = state.block(signal, seconds, "a lock")
            except BaseException:
                self._pass_on((state, signal))
                raise
            self._forget((state, signal))
            if self._lock.acquire(False):
                return True
            if not woken:
                return False

    def release(self):
        """As CPython's."""
        self._lock.release()
        self._wake_next()

    def _wake_next(self):
        if self._waiters:
            state, signal = self._waiters.popleft()
            state.native._wake(signal)

    def _forget(self, waiter):
        try:
            self._waiters.remove(waiter)
        except ValueError:
            return False  # whoever released the lock took it out
        return True

    def _pass_on(self, waiter):
        """A waiter whose program ends: it may have been woken already, in another's place."""
        if not self._forget(waiter) and not self._lock.locked():
            self._wake_next()

    def _is_owned(self):
        return self._lock.locked()

    def locked(self):
        """Whether somebody has it."""
        return self._lock.locked()

    acquire_lock, release_lock, locked_lock = acquire, release, locked

    def __enter__(self):
        return self.acquire()

    def __exit__(self, *exception):
        self.release()

    def _at_fork_reinit(self):
        self._lock._at_fork_reinit()
        self._waiters.clear()

    def __repr__(self):
        return f"<{'locked' if self.locked() else 'unlocked'} simulated lock at {id(self):#x}>"


class Lock:
    """`threading.Lock`."""

    def __new__(cls):
        return _allocate_lock() if state_of_thread() is None else _SimulatedLock()


def _make_start(threading, real_start):
    def start(self):
        state = state_of_thread()
        if state is None or getattr(self, "_simulated", None) is not None:
            return real_start(self)
        state.check()
        thread = _Simulated(state, self.name)
        run = self.run
        self._simulated = thread
        self.run = lambda: thread.run(lambda: _run(threading, self, run))
        ident = get_ident()
        del states[ident]  # the start of the thread is awaited for real: it takes no time
        try:
            real_start(self)
        except BaseException:
            states[ident] = state
            thread.give_up()
            del self.run, self._simulated
            raise
        states[ident] = state
        return None

    return start


def _run(threading, thread, run):
    """As the end of Thread._bootstrap_inner, while it is still the thread's turn."""
    try:
        run()
    except SystemExit:
        pass
    except ProgramEnded:
        pass
    except BaseException:
        import sys

        threading.excepthook(threading.ExceptHookArgs([*sys.exc_info(), thread]))


class _Simulated:
    """A thread that was started by one that takes part."""

    def __init__(self, starter, name):
        self.name = name
        self.simulation = starter.simulation
        self.node = starter.node
        self.place = starter.native._reserve(name)
        self.state = State(starter.simulation, self.place, name, starter.node)
        self.state.generation = starter.generation
        self.waiters = []
        self.has_ended = False

    def run(self, body):
        """The thread's own run: takes its turn, and gives way at the end."""
        native = self.state.native
        self.simulation._threads[get_ident()] = self
        try:
            native._enter(self.place)
        except ProgramEnded:
            self.end(native)
            return
        states[get_ident()] = self.state
        try:
            body()
        finally:
            states.pop(get_ident(), None)
            self.end(native)

    def end(self, native):
        """It has ended: who joins it goes on."""
        self.has_ended = True
        self.simulation._threads.pop(get_ident(), None)
        for signal in self.waiters:
            native._wake(signal)
        native._leave(self.place)

    def give_up(self):
        """No thread came."""
        self.state.native._leave(self.place)

    def await_end(self, state, timeout):
        """Wait in simulated time until it has ended; False when the time is up."""
        if self.has_ended:
            return True
        signal = state.native._signal()
        self.waiters.append(signal)
        return state.block(signal, -1 if timeout is None else max(0, timeout), f"the end of thread {self.name!r}") or self.has_ended


def _make_join(real_join):
    def join(self, timeout=None):
        state = state_of_thread()
        thread = getattr(self, "_simulated", None)
        if state is None or thread is None or thread.state is state:
            return real_join(self, timeout)
        if not self._started.is_set():
            raise RuntimeError("cannot join thread before it is started")
        if thread.await_end(state, timeout):
            _unsimulated(real_join, self)
        return None

    return join


def _unsimulated(function, *arguments):
    """Call something whose waits are real: what it waits for comes by itself."""
    ident = get_ident()
    state = states.pop(ident)
    try:
        return function(*arguments)
    finally:
        states[ident] = state


def _make_is_alive(real_is_alive):
    def is_alive(self):
        thread = getattr(self, "_simulated", None)
        return real_is_alive(self) and not (thread is not None and thread.has_ended)

    return is_alive


def _make_start_new_thread(real):
    def start_new_thread(function, args, kwargs=None, /):
        state = state_of_thread()
        if state is None:
            return real(function, args) if kwargs is None else real(function, args, kwargs)
        if not callable(function):
            raise TypeError("first arg must be callable")
        if not isinstance(args, tuple):
            raise TypeError("2nd arg must be a tuple")
        thread = _Simulated(state, getattr(function, "__name__", "thread"))

        def body():
            try:
                function(*args, **(kwargs or {}))
            except (SystemExit, ProgramEnded):
                pass
            except BaseException:
                import sys

                sys.unraisablehook(_Unraisable(function))

        try:
            return real(thread.run, (body,))
        except BaseException:
            thread.give_up()
            raise

    return start_new_thread


class _Unraisable:
    """What sys.unraisablehook is told of a thread of `_thread` that failed."""

    err_msg = "Exception ignored in thread started by"

    def __init__(self, function):
        import sys

        self.exc_type, self.exc_value, self.exc_traceback = sys.exc_info()
        self.object = function


def end_threads(threads):
    """Threads of a simulation that is over: each has been told, and is awaited for a moment; a loop without a wait is told again."""
    import ctypes

    for seconds, tells in ((2, True), (2, False)):
        end = real_monotonic_ns() + round(seconds * 1e9)
        while threads and real_monotonic_ns() < end:
            _wait_a_moment()
        if tells:
            for ident in list(threads):
                ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(ident), ctypes.py_object(ProgramEnded))
    return [thread.name for thread in list(threads.values())]


def _wait_a_moment():
    from ._virtual import real_sleep

    real_sleep(0.001)


def install(replacements, threading, queue):
    """Replace what waits."""
    real_rlock, python_rlock = threading.RLock, threading._PyRLock
    real_queue, python_queue = queue.SimpleQueue, queue._PySimpleQueue

    class RLock:
        """`threading.RLock`."""

        def __new__(cls):
            return real_rlock() if state_of_thread() is None else python_rlock()

    class SimpleQueue:
        """`queue.SimpleQueue`."""

        def __new__(cls):
            return real_queue() if state_of_thread() is None else python_queue()

        __class_getitem__ = classmethod(lambda cls, item: cls)

    replacements.add(threading, "Lock", Lock)
    replacements.set(threading, "_allocate_lock", Lock)
    replacements.set(_thread, "allocate_lock", Lock)
    replacements.add(threading, "RLock", RLock)
    replacements.add(queue, "SimpleQueue", SimpleQueue)
    start = _make_start_new_thread(_thread.start_new_thread)
    replacements.add(_thread, "start_new_thread", start)
    thread = threading.Thread
    replacements.set(thread, "start", _make_start(threading, thread.start))
    replacements.set(thread, "join", _make_join(thread.join))
    replacements.set(thread, "is_alive", _make_is_alive(thread.is_alive))
