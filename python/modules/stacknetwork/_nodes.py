"""The nodes of a simulated network, and its names."""

from socketpool import SocketPool

from ._errors import ProgramEnded
from ._programs import program_of
from ._radio import make_simulated


class Node:
    """A computer of a simulation: a radio with its pool, and programs."""

    __module__ = "stacknetwork"

    def __init__(self, simulation, name, handle):
        self.name = name
        self._simulation = simulation
        self._handle = handle
        self._radio = None
        self._radio_generation = None
        self._programs = []
        self.is_station = self._native("station")

    @property
    def radio(self):
        """Its radio, which has what `wifi.radio` has: another one after a restart."""
        generation = self._generation
        if self._radio is None or self._radio_generation != generation:
            self._radio = make_simulated(self._handle, station=self.is_station)
            self._radio.hostname = _hostname(self.name)
            self._radio_generation = generation
        return self._radio

    @property
    def _generation(self):
        return self._simulation._native._generation(self._handle)

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
        self._native("crash")

    def restart(self):
        """Start it again, with an empty stack, and its programs; a running one crashes first."""
        self._native("restart")
        self._start_programs()

    def _start_programs(self):
        programs, self._programs = self._programs, []
        for program in programs:
            self._programs.append(self._simulation._start(program._function, program.name, self, program._arguments))

    def power_off(self):
        """Crash it, and start it again when the rule that is returned ends, and its programs."""
        return self._simulation._begin("power-off", self.name)

    def freeze(self):
        """Hold all that it sends and receives, until the rule that is returned ends."""
        return self._simulation._begin("freeze", self.name)

    def sleep(self):
        """Let it sleep until the rule ends: what is sent to it is lost, and its stack's timers stand still; its connections are half open then."""
        return self._simulation._begin("sleep", self.name)

    def skew_clock(self, parts_per_million):
        """Let the clock of its stack run fast, or slow where the number is negative, until the rule ends."""
        return self._simulation._begin("skew", self.name, parts_per_million)

    def step_clock(self, seconds):
        """Set the date of its stack's clock forward or back, until the rule ends."""
        return self._simulation._begin("step-clock", self.name, seconds)

    def read_slowly(self, bytes_per_second):
        """Let peers see a program that reads slowly, by the windows of its TCP connections, until the rule ends."""
        return self._simulation._begin("read-slowly", self.name, bytes_per_second)

    def revoke_lease(self):
        """Take away the address that it has by DHCP, and let it ask again."""
        self._simulation._begin("dhcp-revoke", self.name)

    def deauthenticate(self):
        """Send a station away from its access point; it knows at once."""
        self._simulation._begin("deauthenticate", self.name)

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
        return self._simulation._begin("dns-outage")

    def answer_with(self, code):
        """Answer everything with an error: 2 is SERVFAIL, 3 NXDOMAIN, 5 REFUSED; None ends it."""
        self._simulation._native._dns("code", "", "" if code is None else str(int(code)))

    def delay(self, seconds):
        """Answer so much later."""
        self._simulation._native._dns("delay", "", repr(float(seconds)))


def _hostname(name):
    """The name as a host's, which is of letters, digits and hyphens."""
    return "".join(letter if letter.isalnum() and letter.isascii() else "-" for letter in name)[:63] or "node"
