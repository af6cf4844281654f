"""`stacknetwork.simulation()`: programs of several nodes in one process, in simulated time, over a simulated network."""

import os
import random
import sys
import traceback

from socketpool import _Simulation

from ._errors import ProgramEnded, SimulationError
from ._nodes import Dns, Node
from ._programs import Program, program_of
from ._rules import Rule, Scope
from ._timeline import compress_if_there
from ._topology import Topology, _name
from ._virtual import State, install, state_of_thread, states
from ._virtual_threads import end_threads
from ._virtual_wifi import show_nodes

# 2030-01-01 00:00:00 UTC, as in .NET's simulations.
_START_NS = 1_893_456_000 * 10**9
_CAPTURES = "SOCKETPOOL_SIMULATION_CAPTURES"

# Of the log; a timeline has as many packets as its log.
_EVENTS, _TIMELINE_EVENTS = 10_000, 200_000


class Simulation(Topology):
    """A network of nodes in simulated time: a context manager. The thread that enters it takes part, and so do threads that are started in it."""

    __module__ = "stacknetwork"

    _running = None

    def __init__(self, seed, capture, timeline, max_duration, stall_timeout, max_events):
        self.seed = seed
        self.failure = None
        self._start_ns = _START_NS
        self._capture = capture or _default_capture(seed)
        self._timeline = timeline
        self._limits = float(max_duration), float(stall_timeout), max_events
        self._native = None
        self._nodes = {}
        self._threads = {}  # by their numbers, those that were started in it and have not ended
        self._programs = []
        self._elapsed = 0.0
        self._restarting = None

    # The beginning and the end

    def __enter__(self):
        if Simulation._running is not None:
            raise RuntimeError("a simulation runs already in this process")
        if self._native is not None:
            raise RuntimeError("a simulation cannot be begun twice")
        Simulation._running = self
        self._describer = self._describe  # kept, as the native part holds no reference
        self._random = random.getstate()
        random.seed(self.seed)
        try:
            self._native = _Simulation(
                self.seed, None if self._capture is None else os.fspath(self._capture), *self._limits, ProgramEnded, SimulationError, self._describer,
                None if self._timeline is None else os.fspath(self._timeline))
            self._ident = _enlist(self)
            self._replacements = install()
            show_nodes()
        except BaseException:
            Simulation._running = None
            states.pop(getattr(self, "_ident", None), None)
            random.setstate(self._random)
            raise
        return self

    def __exit__(self, kind, error, trace):
        self._elapsed = self.now
        states.pop(self._ident, None)
        failed = next((program for program in self._programs if program._is_news), None)
        ended = None
        try:
            self._native._end()
        except SimulationError as failure:
            ended = failure
        finally:
            left = end_threads(self._threads) if self._threads else []
            self._replacements.undo()
            random.setstate(self._random)
            Simulation._running = None
            compress_if_there(self._timeline)
        if left:
            import warnings

            warnings.warn(f"threads of the simulation do not end: {', '.join(left)}", RuntimeWarning, stacklevel=2)
        self.failure = self._find_cause(error, ended, failed)
        if self.failure is None:
            return False
        if isinstance(self.failure, Exception):
            self.failure.add_note(self.replay)
        if self.failure is error:
            return False
        raise self.failure from None

    @staticmethod
    def _find_cause(error, ended, failed):
        """What failed first: the block's own error is the cause, unless it comes of the simulation's end or of a program's."""
        if error is not None and not isinstance(error, (SimulationError, ProgramEnded)):
            return error
        if failed is None:
            return error if isinstance(error, SimulationError) else ended or error
        cause = failed.exception
        cause.add_note(f"This ended the program {failed.name!r}.")
        if ended is not None:
            cause.add_note(f"Then the simulation could not go on: {str(ended).partition(chr(10))[0]}")
        return cause

    @property
    def replay(self):
        """Which run it is, for a report of its failure."""
        capture = f"capture {self._capture}" if self._capture is not None else f"no capture; {_CAPTURES}=DIRECTORY makes one"
        return f"The simulation of seed {self.seed} ended at {self._elapsed:.6f} s of simulated time ({capture})."

    def _describe(self):
        """What each thread does, for reports of deadlocks: called while all of them wait."""
        frames = sys._current_frames()
        lines = []
        for ident, state in list(states.items()):
            frame = frames.get(ident)
            if state.simulation is not self or frame is None:
                continue
            own = [entry for entry in traceback.extract_stack(frame) if not entry.filename.startswith(_OWN) and entry.filename not in _CPYTHON]
            where = own[-1] if own else None
            if where is not None:
                lines.append(f"Thread \"{state.name}\" is at {where.filename}:{where.lineno}, in {where.name}: {where.line}")
        return "\n".join(lines) + "\n"

    # Time

    @property
    def now(self):
        """The simulated seconds since the start."""
        return self._native._now() / 1e9

    def _live_on(self, node):
        """The calling thread's program runs on a node from here on: `wifi.radio` is the node's."""
        state = states[self._ident]
        state.node, state.generation = node, node._generation

    def random(self, purpose):
        """A `random.Random` that depends on the seed and on a name, and on nothing else."""
        return random.Random(f"{self.seed}/{purpose}")

    def after(self, seconds, function, *arguments):
        """Call a function after so many simulated seconds, in a thread of its own. The thread, whose failure fails the simulation."""
        if seconds < 0:
            raise ValueError("seconds must be non-negative")
        return self._start(_later, f"after {seconds:g} s", None, (seconds, function, arguments))

    def run(self, program, *arguments, name=None):
        """Run a function in a thread of its own, on no node: its `Program`."""
        return self._start(program_of(program), name or getattr(program, "__name__", "program"), None, arguments)

    def _start(self, function, name, node, arguments):
        program = Program(self, function, name, node, arguments)
        self._programs.append(program)
        return program._start()

    # The network

    def node(self, name, *addresses, switch=None, board=None):
        """The node of that name, which is made if there is none.

        `addresses` are as "192.0.2.1/24", "dhcp" or "slaac"; without any it has what routers give at its switch, or one of each network of the
        switch. `switch` is the first one without another, with 10.0.0.0/16 and fd00::/64. `board` lets it be like a board: "picow", "esp32".
        """
        return self._find_or_build("nodes", name, addresses, switch=switch and _name(switch), board=board)

    def station(self, name, *addresses, board=None):
        """The node of that name without a cable, which is made if there is none: its `radio.connect()` joins networks of access points."""
        return self._find_or_build("stations", name, addresses, board=board)

    def _find_or_build(self, kind, name, addresses, **options):
        if not isinstance(name, str) or not name or "," in name:
            raise ValueError(f"{name!r} is no name of a node")
        handle = None if name in self._nodes else self._native._find(name)
        is_there = name in self._nodes or handle is not None
        if is_there and (addresses or any(value is not None for value in options.values())):
            raise ValueError(f"there is a node {name!r} already")
        if not is_there:
            self._build(kind, name, addresses=list(map(str, addresses)), **options)
            handle = self._native._find(name)
        if name not in self._nodes:
            self._nodes[name] = Node(self, name, handle)
        if kind == "stations" and not self._nodes[name].is_station:
            raise ValueError(f"{name!r} is no station")
        return self._nodes[name]

    @property
    def nodes(self):
        """The nodes by their names."""
        return dict(self._nodes)

    def between(self, one, other):
        """Where rules are made: the packets between two devices, in both directions, also over routers."""
        return Scope(self, "between", _name(one), _name(other))

    def path(self, source, destination):
        """Where rules are made: the packets from one device to another."""
        return Scope(self, "from", _name(source), "to", _name(destination))

    def at(self, device):
        """Where rules are made: all packets of a node, a router, or the stations of an access point."""
        return Scope(self, "at", _name(device))

    def on(self, switch):
        """Where rules are made: all packets that pass a switch."""
        return Scope(self, "on", _name(switch))

    @property
    def everywhere(self):
        """Where rules are made: all packets."""
        return Scope(self, "everywhere")

    def partition(self, ones, others):
        """Let nothing pass between two devices, or two groups of devices, while the rule is in force."""
        return self._begin("partition", *_names(ones), "|", *_names(others))

    @property
    def dns(self):
        """The network's names."""
        return Dns(self)

    # Faults

    def play(self, script):
        """Start a script of faults: lines as "at 30s loss 10% between web desk for 1m". Its times count from now."""
        self._restart_programs()
        self._native._play(script, "script")

    def play_file(self, path):
        """Start the script of faults that is in a file."""
        with open(path, encoding="utf-8") as file:
            text = file.read()
        self._restart_programs()
        self._native._play(text, os.fspath(path))

    def nemesis(self, duration=60, *, faults=10, longest=10, crashes=True, devices=()):
        """Begin random faults, planned from the seed. All end within the duration, and the network is healed then."""
        words = ["nemesis", "faults", faults, "longest", longest, *(() if crashes else ("without-crashes",))]
        words += ["of", *_names(devices)] if devices else []
        self._begin(*words, "for", duration)

    def _begin(self, *words):
        if words[0] in ("power-off", "restart", "nemesis"):
            self._restart_programs()
        rule = self._native._begin(words)
        return None if rule is None else Rule(self, rule)

    def _restart_programs(self):
        """From now on a thread starts the programs of nodes that rules start again."""
        if self._restarting is None:
            signal = self._native._signal()
            self._native._watch(signal)
            self._restarting = self._start(_start_programs, "restarts", None, (self, signal))

    # Reports

    def timeline(self, path):
        """Write what has happened so far as a page of HTML: nodes as lanes, packets as lines, losses and rules marked."""
        self._native._timeline(os.fspath(path))
        compress_if_there(path)

    def note(self, text):
        """Add a remark to the log."""
        self._native._note(text)

    @property
    def log(self):
        """What happened, a line each: packets, losses, rules, nodes, remarks."""
        return self._native._log()

    @property
    def statistics(self):
        """How often the clock has moved, how many events there were, frames that were forwarded, and frames that were lost: a dict."""
        return dict(zip(("jumps", "events", "frames_forwarded", "frames_lost"), self._native._numbers()))

    def __repr__(self):
        return f"<stacknetwork.Simulation of seed {self.seed} with {len(self._nodes)} nodes>"


def make(seed, capture, timeline, max_duration, stall_timeout, max_events) -> Simulation:
    """What `stacknetwork.simulation()` returns, once its arguments are right."""
    if not isinstance(seed, int) or isinstance(seed, bool):
        raise TypeError(f"seed must be an int, not {type(seed).__name__}")
    if not -(2**31) <= seed < 2**31:
        raise ValueError("seed must be an int of 32 bits")
    if not (max_duration > 0 and stall_timeout > 0):
        raise ValueError("max_duration and stall_timeout must be positive")
    if max_events is None:
        max_events = _TIMELINE_EVENTS if timeline is not None else _EVENTS
    if max_events < 0:
        raise ValueError("max_events must be non-negative")
    return Simulation(seed, capture, timeline, max_duration, stall_timeout, max_events)


def _enlist(simulation):
    from _thread import get_ident

    states[get_ident()] = State(simulation, None, "main", None)
    return get_ident()


def _start_programs(simulation, signal):
    state = state_of_thread()
    while True:
        state.block(signal, -1, "a node that a rule starts again")
        for name in filter(None, simulation._native._take_restarts().split(",")):
            if name in simulation._nodes:
                simulation._nodes[name]._start_programs()


def _later(seconds, function, arguments):
    import time

    time.sleep(seconds)
    return function(*arguments)


def _names(nodes):
    return (_name(nodes),) if isinstance(nodes, str) or hasattr(nodes, "name") else tuple(map(_name, nodes))


def _default_capture(seed):
    folder = os.environ.get(_CAPTURES)
    if not folder:
        return None
    os.makedirs(folder, exist_ok=True)
    return os.path.join(folder, f"seed-{seed}.pcapng")


_OWN = os.path.dirname(os.path.abspath(__file__)) + os.sep


def _own_modules():
    import queue
    import selectors
    import threading

    return frozenset(module.__file__ for module in (threading, queue, selectors))


_CPYTHON = _own_modules()
