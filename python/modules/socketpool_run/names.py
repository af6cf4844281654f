"""What host names lead to: the rules of `--host`, and addresses for the names that have one.

A mapped name gets an address of 198.18.0.0/15, which RFC 2544 keeps for tests and no network uses. The program sees that address, in
`getaddrinfo` as in `recvfrom_into`; the pool asks `lead()` before it connects or sends.
"""

from _socket import EAI_NONAME, gaierror
from ipaddress import IPv4Address

from socketpool import _board
from socketpool._absent import method

from .hosts import TEST_NETWORK, is_local, is_near, is_number, lowest_free_port

_FIRST = TEST_NETWORK + 1


class Names:
    """The names of a run. `lead` is what the pool's sockets ask of every name and address."""

    def __init__(self, rules, report, is_offline=False, air=None):
        self._rules = rules
        self._report = report
        self._is_offline = is_offline
        self._air = air
        self._addresses = {}  # name to address
        self._names = {}  # address to name
        self._sources = {}  # where datagrams were led, to (address, port) as the program knows it
        self.own_addresses = tuple  # called; the radio's addresses once there is one

    def lead(self, operation, host, port):
        """Called by the pool: None leaves host and port as they are, else the other (host, port)."""
        return self._lead(operation, host, port, self._air)

    def lead_chip(self, operation, host, port):
        """As lead(), for a chip with a network of its own: whether it is in one is the chip's to know."""
        return self._lead(operation, host, port, None)

    def ends_tls(self, host, port):
        """Whether TLS to a host ends in the run, so that its peer gets plain bytes."""
        target = self._rules.find(self._names.get(host, host).lower().rstrip("."), port)
        return target is not None and target.is_plain

    def _lead(self, operation, host, port, air):
        if operation == "from":
            return self._sources.get((host, port))
        if operation == "bind":
            return self._lead_port(host, port)
        name = self._names.get(host, host).lower().rstrip(".")
        if self._is_here(name):
            return None
        if air is not None:
            air.check(operation, name)
        if operation == "getaddrinfo":
            return self._look_up(name)
        return self._connect(operation, name, host, port)

    def serve_stack(self, address):
        """The radio is a stack, which reaches this machine at this address if at all: the folders' servers are there."""
        self._rules.serve_stack(address)

    def is_mapped(self, host):
        """Whether a rule leads this name or address anywhere."""
        return self._rules.find(self._names.get(host, host)) is not None

    def is_answering(self, host):
        """Whether a ping of it is answered here: mapped hosts are; with --offline those that are not get no answer. None leaves it to the network."""
        name = self._names.get(host, host).lower().rstrip(".")
        if self._is_here(name):
            return None
        if self.is_mapped(name):
            return True
        return False if self._is_offline and not is_near(name) else None

    def wrap_plain(self, context, sock, host):
        """For TLS to a host: the socket as it is where TLS ends in the run, a socket that decides as it connects, or None."""
        name, port = host, None
        try:
            address, port = method("getpeername")(_board.native(sock))[:2]
            name = name or address
        except (OSError, TypeError):
            pass  # it connects later, or is of a library that drives a chip
        name = self._names.get(name, name)
        if not name:
            return None
        targets = self._rules.find_all(name, port)
        if not any(target.is_plain for target in targets):
            return None
        if all(target.is_plain for target in targets):
            return sock
        from .deciding import DecidingSocket

        return DecidingSocket(context, sock, host, lambda port: self._rules.find(name, port))

    def _is_here(self, name):
        """Whether it is this machine or everybody on the wire, and no rule names it."""
        if not is_local(name) and not (is_number(name) and name in self.own_addresses()):
            return False
        return not self._rules.names(name)

    def _lead_port(self, host, port):
        """A port that only root may have leads to one that everybody may."""
        if not 0 < port < lowest_free_port():
            return None
        self._report.warn(f"port {port} needs root on this machine: the program listens on port {port + 8000} instead")
        return host, port + 8000

    def _look_up(self, name):
        self._report.asked_name(name, self._rules.find(name))
        if self._rules.find(name) is not None:
            return (self._address_of(name), 0)
        if self._is_offline and not is_near(name):
            raise gaierror(EAI_NONAME, f"Name or service not known: {name} (--offline, and no --host maps it)")
        return None

    def _connect(self, operation, name, host, port):
        target = self._rules.find(name, port)
        if target is None:
            if self._rules.find(name) is not None:
                raise ConnectionRefusedError(111, f"{name}: --host maps this name, and not its port {port}")
            if self._is_offline and not is_near(name):
                self._report.asked_name(name, None, port)
                if is_number(name):
                    raise OSError(113, f"No route to host: {name} (--offline, and no --host maps it)")
                raise gaierror(EAI_NONAME, f"Name or service not known: {name} (--offline, and no --host maps it)")
            self._report.asked_name(name, None, port)
            return None
        self._report.asked_name(name, target, port)
        where = target.reach(name, port, is_datagram=operation == "sendto")
        known = host if is_number(host) else self._address_of(name)
        self._sources[where] = (known, port)
        return where

    def _address_of(self, name):
        if is_number(name):
            return name
        if name not in self._addresses:
            address = str(IPv4Address(_FIRST + len(self._addresses)))
            self._addresses[name] = address
            self._names[address] = name
        return self._addresses[name]
