"""`stacknetwork.simulation()`: programs of several nodes in one process, in simulated time, over a simulated network."""

import os
import random
import sys
import traceback

from socketpool import SocketPool, _Simulation

from ._errors import ProgramEnded, SimulationError
from ._programs import Program, program_of
from ._radio import make_simulated
from ._rules import Rule, Scope
from ._virtual import State, install, states
from ._virtual_threads import end_threads
from ._virtual_wifi import show_nodes

# 2030-01-01 00:00:00 UTC, as in .NET's simulations.
_START_NS = 1_893_456_000 * 10**9
_CAPTURES = "SOCKETPOOL_SIMULATION_CAPTURES"


class Simulation:
    """A network of nodes in simulated time: a context manager. The thread that enters it takes part, and so do threads that are started in it."""

    __module__ = "stacknetwork"

    _running = None

    def __init__(self, seed, capture, max_duration, stall_timeout, max_events):
        self.seed = seed
        self.failure = None
        self._start_ns = _START_NS
        self._capture = capture or _default_capture(seed)
        self._limits = float(max_duration), float(stall_timeout), max_events
        self._native = None
        self._nodes = {}
        self._threads = {}  # by their numbers, those that were started in it and have not ended
        self._programs = []
        self._elapsed = 0.0
        self._rules = 0

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
                self.seed, None if self._capture is None else os.fspath(self._capture), *self._limits, ProgramEnded, SimulationError, self._describer)
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

    def node(self, name, *addresses):
        """The node of that name, which is made if there is none: addresses as "192.0.2.1/24"; without any, of 10.0.0.0/16 and fd00::/64."""
        if not isinstance(name, str) or not name or "," in name:
            raise ValueError(f"{name!r} is no name of a node")
        node = self._nodes.get(name)
        if node is None:
            node = self._nodes[name] = Node(self, name, addresses)
        elif addresses:
            raise ValueError(f"there is a node {name!r} already")
        return node

    @property
    def nodes(self):
        """The nodes by their names."""
        return dict(self._nodes)

    def between(self, one, other):
        """Where rules are made: the packets between two nodes, in both directions."""
        return Scope(self, "between", _name(one), _name(other))

    def path(self, source, destination):
        """Where rules are made: the packets from one node to another."""
        return Scope(self, "from", _name(source), _name(destination))

    def at(self, node):
        """Where rules are made: all packets of a node."""
        return Scope(self, "at", _name(node), "")

    @property
    def everywhere(self):
        """Where rules are made: all packets."""
        return Scope(self, "everywhere", "", "")

    def partition(self, ones, others):
        """Let nothing pass between two nodes, or two groups of nodes, while the rule is in force."""
        return Scope(self, "partition", _names(ones), _names(others)).cut()

    @property
    def dns(self):
        """The network's names."""
        return Dns(self)

    # Reports

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


class Node:
    """A computer of a simulation: a radio with its pool, and programs."""

    __module__ = "stacknetwork"

    def __init__(self, simulation, name, addresses):
        self.name = name
        self._simulation = simulation
        self._handle = simulation._native._add_node(name, ",".join(map(str, addresses)))
        self._generation = 0
        self._radio = None
        self._programs = []

    @property
    def radio(self):
        """Its radio, which has what `wifi.radio` has: another one after a restart."""
        if self._radio is None:
            self._radio = make_simulated(self._handle)
            self._radio.hostname = _hostname(self.name)
        return self._radio

    @property
    def pool(self):
        """The pool of its radio."""
        return SocketPool(self.radio)

    @property
    def addresses(self):
        """Its addresses, a list of str."""
        return self._native("addresses").split(",")

    @property
    def address(self):
        """Its first address, a str."""
        return self.addresses[0]

    @property
    def is_running(self):
        """Whether it runs, which it does not after a crash."""
        return self._native("running")

    def run(self, program, *arguments, name=None):
        """Run a function, or the program in a file, in a thread of its own, which has this node's radio as `wifi.radio`. Its `Program`.

        It is started again by `restart()`. An exception that ends it fails the simulation, unless `result()` raises it before.
        """
        started = self._simulation._start(program_of(program), name or self.name, self, arguments)
        self._programs.append(started)
        return started

    def crash(self):
        """End the node without a word: peers hear nothing, its sockets are gone, and its programs end at their next wait."""
        self._generation += 1
        self._radio = None
        self._native("crash")

    def restart(self):
        """Start it again, with an empty stack, and its programs; a running one crashes first."""
        self.crash()
        self._native("restart")
        programs, self._programs = self._programs, []
        for program in programs:
            self._programs.append(self._simulation._start(program._function, program.name, self, program._arguments))

    def freeze(self):
        """Hold all that it sends and receives, until the rule that is returned ends."""
        return Rule(self._simulation, self._native("freeze"))

    def netstat(self):
        """Its sockets, connections and counters, as text."""
        return self._native("netstat")

    def _native(self, what):
        return self._simulation._native._of_node(self._handle, what)

    def _end_program(self):
        raise ProgramEnded(f"node {self.name!r} has crashed")

    def __repr__(self):
        return f"<stacknetwork.Node {self.name!r} of seed {self._simulation.seed}>"


class Dns:
    """The names of a simulated network: every node's, and those that are added."""

    __module__ = "stacknetwork"

    def __init__(self, simulation):
        self._simulation = simulation

    def add(self, name, *addresses):
        """Set the addresses of a name."""
        self._simulation._native._dns("add", name, ",".join(map(str, addresses)))

    def remove(self, name):
        """Take a name out; False if there is none."""
        return self._simulation._native._dns("remove", name, "")

    def outage(self):
        """Let the server answer nothing while the rule is in force."""
        return Rule(self._simulation, self._simulation._native._dns("outage", "", ""))

    def answer_with(self, code):
        """Answer everything with an error: 2 is SERVFAIL, 3 NXDOMAIN, 5 REFUSED; None ends it."""
        self._simulation._native._dns("code", "", "" if code is None else str(int(code)))

    def delay(self, seconds):
        """Answer so much later."""
        self._simulation._native._dns("delay", "", repr(float(seconds)))


def make(seed, capture, max_duration, stall_timeout, max_events) -> Simulation:
    """What `stacknetwork.simulation()` returns, once its arguments are right."""
    if not isinstance(seed, int) or isinstance(seed, bool):
        raise TypeError(f"seed must be an int, not {type(seed).__name__}")
    if not -(2**31) <= seed < 2**31:
        raise ValueError("seed must be an int of 32 bits")
    if not (max_duration > 0 and stall_timeout > 0):
        raise ValueError("max_duration and stall_timeout must be positive")
    if max_events < 0:
        raise ValueError("max_events must be non-negative")
    return Simulation(seed, capture, max_duration, stall_timeout, max_events)


def _enlist(simulation):
    from _thread import get_ident

    states[get_ident()] = State(simulation, None, "main", None)
    return get_ident()


def _later(seconds, function, arguments):
    import time

    time.sleep(seconds)
    return function(*arguments)


def _name(node):
    return node if isinstance(node, str) else node.name


def _hostname(name):
    """The name as a host's, which is of letters, digits and hyphens."""
    return "".join(letter if letter.isalnum() and letter.isascii() else "-" for letter in name)[:63] or "node"


def _names(nodes):
    if isinstance(nodes, (str, Node)):
        return _name(nodes)
    return ",".join(map(_name, nodes))


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
