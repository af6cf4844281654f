"""Simulated time for programs of CPython: what waits, and what tells the time, in the place of CPython's own while a simulation runs.

Every function here asks first whether the calling thread takes part in a simulation. Other threads get CPython's own behaviour.
"""

import sys
import time
from _thread import get_ident

# The state of each thread that takes part, by its number.
states = {}

real_sleep = time.sleep
real_monotonic_ns = time.monotonic_ns

# What time.sleep(0) takes, about as long as a switch of threads on Linux.
_YIELD = 50e-6


def state_of_thread():
    """The calling thread's state; None if it takes part in no simulation."""
    return states.get(get_ident())


class State:
    """A thread that takes part: its simulation, its place there, and the node that its program runs on."""

    __slots__ = ("generation", "name", "native", "node", "place", "simulation")

    def __init__(self, simulation, place, name, node):
        self.simulation = simulation
        self.native = simulation._native
        self.place = place
        self.name = name
        self.node = node
        self.generation = node._generation if node is not None else 0

    def check(self):
        """End the program of a node that has crashed since."""
        if self.node is not None and self.node._generation != self.generation:
            self.node._end_program()

    def sleep(self, seconds):
        """Wait in simulated time."""
        self.check()
        self.native._sleep(seconds)
        self.check()

    def block(self, signal, seconds, reason):
        """Wait for a signal; negative seconds are no limit. False when the time is up."""
        self.check()
        woken = self.native._block(signal, seconds, reason)
        self.check()
        return woken

    def select(self, descriptors, seconds):
        """Wait for descriptors, (number, events) each. False when the time is up."""
        self.check()
        ready = self.native._select(descriptors, seconds)
        self.check()
        return ready

    def poll(self):
        """A look that does not wait: now and then it takes a few microseconds, so that loops of looks get on."""
        self.check()
        self.native._poll()


# time


def sleep(seconds):
    """`time.sleep`."""
    state = states.get(get_ident())
    if state is None:
        return real_sleep(seconds)
    if not isinstance(seconds, (int, float)):
        if isinstance(seconds, str) or not (hasattr(seconds, "__index__") or hasattr(seconds, "__float__")):
            raise TypeError(f"'{type(seconds).__name__}' object cannot be interpreted as an integer")
        seconds = seconds.__index__() if hasattr(seconds, "__index__") else float(seconds)
    if seconds < 0:
        raise ValueError("sleep length must be non-negative")
    state.sleep(seconds if seconds else _YIELD)
    return None


def _clock(real, offset, unit):
    """A clock that shows the simulated time since the start, and `offset`, in units of so many nanoseconds; None for nanoseconds, an int."""

    def clock():
        state = states.get(get_ident())
        if state is None:
            return real()
        state.poll()
        now = state.native._now() + (state.simulation._start_ns if offset else 0)
        return now if unit is None else now / unit

    clock.__name__ = clock.__qualname__ = real.__name__
    clock.__doc__ = real.__doc__
    return clock


_clock_time = _clock(time.time, True, 1e9)


def _of_now(real, at):
    """A function of `time` whose last argument is the time of now if it is left out."""

    def function(*arguments):
        if states.get(get_ident()) is not None and len(arguments) <= at and (len(arguments) == at or arguments[at] is None):
            arguments = (*arguments[:at], _now_for(real))
        return real(*arguments)

    function.__name__ = function.__qualname__ = real.__name__
    function.__doc__ = real.__doc__
    return function


def _now_for(real):
    return _real_localtime(_clock_time()) if real in (_real_strftime, _real_asctime) else _clock_time()


_real_localtime, _real_strftime, _real_asctime = time.localtime, time.strftime, time.asctime

TIME = {
    "sleep": sleep,
    "time": _clock_time,
    "time_ns": _clock(time.time_ns, True, None),
    "monotonic": _clock(time.monotonic, False, 1e9),
    "monotonic_ns": _clock(time.monotonic_ns, False, None),
    "perf_counter": _clock(time.perf_counter, False, 1e9),
    "perf_counter_ns": _clock(time.perf_counter_ns, False, None),
    "localtime": _of_now(time.localtime, 0),
    "gmtime": _of_now(time.gmtime, 0),
    "ctime": _of_now(time.ctime, 0),
    "asctime": _of_now(time.asctime, 0),
    "strftime": _of_now(time.strftime, 1),
}


# Putting all of it in place


class Replacements:
    """CPython's functions, replaced in their modules and wherever a program has imported them by name; `undo()` takes it back."""

    def __init__(self):
        self._undo = []
        self._ours = {}  # id of a real function to ours

    def set(self, owner, name, value):
        """Replace one attribute."""
        real = owner.__dict__[name]
        self._undo.append((owner, name, real))
        setattr(owner, name, value)
        return real

    def add(self, owner, name, value):
        """Replace an attribute of a module, and note it for those who imported it by name."""
        real = self.set(owner, name, value)
        self._ours[id(real)] = (real, value)

    def spread(self):
        """Replace what modules have imported by name, but for CPython's library and pytest, which measure real time."""
        for module in list(sys.modules.values()):
            names = getattr(module, "__dict__", None)
            if not isinstance(names, dict) or _is_left_alone(names.get("__name__")):
                continue
            for name, value in list(names.items()):
                found = self._ours.get(id(value))
                if found is not None and found[0] is value:
                    self._undo.append((module, name, value))
                    names[name] = found[1]

    def undo(self):
        """Put everything back."""
        while self._undo:
            owner, name, real = self._undo.pop()
            setattr(owner, name, real)


def _is_left_alone(name):
    if not isinstance(name, str):
        return True
    top = name.partition(".")[0]
    return name.startswith("stacknetwork._") or top in sys.stdlib_module_names and top != "__main__" or top in ("_pytest", "pytest", "pluggy", "py")


def install():
    """Replace everything; the replacements, to be undone."""
    import queue
    import select
    import selectors
    import threading

    from . import _virtual_select, _virtual_threads

    replacements = Replacements()
    for name, function in TIME.items():
        replacements.add(time, name, function)
    _virtual_threads.install(replacements, threading, queue)
    _virtual_select.install(replacements, select, selectors)
    # CPython's modules that keep a clock of their own.
    for module in (threading, queue, sys.modules.get("sched")):
        for name in ("_time", "time"):
            if module is not None and callable(module.__dict__.get(name)):
                replacements.set(module, name, TIME["monotonic"])
    replacements.spread()
    return replacements
