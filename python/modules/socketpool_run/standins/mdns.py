"""CircuitPython's `mdns`, really: names and services of the local network, on port 5353 of the radio."""

import ipaddress as _ipaddress

from socketpool_run.context import context as _context
from socketpool_run.hardware import mdns as _mdns

__all__ = ["RemoteService", "Server"]


class RemoteService:
    """A service that answered."""

    def __init__(self, instance_name, hostname, service_type, protocol, port, address):
        self.instance_name, self.hostname, self.port = instance_name, hostname, port
        self.service_type, self.protocol = service_type, protocol
        self.ipv4_address = None if address is None else _ipaddress.IPv4Address(address)

    def __repr__(self):
        return f"<RemoteService {self.instance_name!r} at {self.hostname}.local:{self.port}>"


class Server:
    """The one that answers for this host."""

    _only = None

    def __init__(self, network_interface):
        if Server._only is not None:
            raise RuntimeError("mDNS already initialized")
        if network_interface.ipv4_address is None:
            raise RuntimeError("mDNS only works with built-in WiFi that is connected")
        self._responder = _mdns.Responder(network_interface, _mdns.default_hostname(bytes(network_interface.mac_address)))
        self._instance_name, self._is_claimed = None, False
        Server._only = self
        _context.at_end(self.deinit)

    def _working(self):
        if self._responder is None:
            raise ValueError("Object has been deinitialized and can no longer be used. Create a new object.")
        return self._responder

    @property
    def hostname(self):
        """The name before `.local`; taken when it is set or when a service is told of, and numbered if somebody has it."""
        return self._working().hostname

    @hostname.setter
    def hostname(self, value):
        if not 1 <= len(value.encode()) <= 63:
            raise ValueError("hostname must be 1-63 bytes")
        self._working().hostname = value
        self._claim()

    def _claim(self):
        self._responder.claim()
        self._is_claimed = True

    @property
    def instance_name(self):
        """What services are called for people; the host's name at first."""
        return self.hostname if self._instance_name is None else self._instance_name

    @instance_name.setter
    def instance_name(self, value):
        if not 1 <= len(value.encode()) <= 63:
            raise ValueError("instance_name must be 1-63 bytes")
        self._instance_name = value

    def find(self, service_type, protocol, *, timeout=1):
        """The services of a type, `"_http"`, `"_tcp"`, that answer within so many seconds."""
        _check(service_type, protocol)
        found = self._working().ask(service_type, protocol, float(timeout))
        return tuple(RemoteService(instance, host, service_type, protocol, port, address) for instance, host, port, address in found)

    def advertise_service(self, *, service_type, protocol, port, txt_records=None):
        """Tell everybody of a service on a port."""
        _check(service_type, protocol)
        if not 0 <= port <= 65535:
            raise ValueError("port must be 0-65535")
        self._working()
        if not self._is_claimed:
            self._claim()
        self._responder.advertise(service_type, protocol, self.instance_name, port, txt_records or ())

    def deinit(self):
        """Say goodbye."""
        if self._responder is not None:
            responder, self._responder = self._responder, None
            Server._only = None
            responder.close()


def _check(service_type, protocol):
    if not service_type.startswith("_") or protocol not in ("_tcp", "_udp"):
        raise ValueError('service_type begins with "_", and protocol is "_tcp" or "_udp"')
