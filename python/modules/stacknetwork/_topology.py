"""Switches, routers, sites and access points of a simulated network: each is a table of a scenario, and read as one."""

import json
import math

from ._rules import Scope


class _Device:
    """What has a name in a network."""

    def __init__(self, simulation, name):
        self.name = name
        self._simulation = simulation

    def __repr__(self):
        return f"<stacknetwork.{type(self).__name__} {self.name!r} of seed {self._simulation.seed}>"


class Switch(_Device):
    """A link of a simulation: a switch, or that of a site."""

    __module__ = "stacknetwork"

    @property
    def packets(self):
        """Where rules are made: all packets that pass it."""
        return Scope(self._simulation, "on", self.name)


class Site(Switch):
    """A switch behind a router with NAT, DHCP and router advertisements: a home or an office."""

    __module__ = "stacknetwork"

    @property
    def router(self):
        """Its router."""
        return Router(self._simulation, f"{self.name}-router")


class Router(_Device):
    """A router of a simulation: it forwards between switches, and may translate addresses and give them."""

    __module__ = "stacknetwork"

    @property
    def addresses(self):
        """The addresses of all its ports, a list of str."""
        return self._ask("addresses")

    @property
    def nat_mappings(self):
        """The mappings of its NAT, a list of str: "TCP 192.168.1.10:49152 as 198.18.0.2:49152"."""
        return self._ask("mappings")

    @property
    def leases(self):
        """What its DHCP servers have given, a dict of addresses and names of nodes."""
        return dict(line.split(" ", 1) for line in self._ask("leases"))

    def power_off(self):
        """Switch it off, until the rule ends: mappings and leases are forgotten."""
        return self._simulation._begin("power-off", self.name)

    def restart(self):
        """Switch it off and on again."""
        self._simulation._begin("restart", self.name)

    def freeze(self):
        """Hold all that it sends and receives, until the rule that is returned ends."""
        return self._simulation._begin("freeze", self.name)

    def flush_nat(self):
        """Forget all mappings but those of forwarded ports."""
        self._simulation._begin("nat-flush", self.name)

    def dhcp_outage(self):
        """Let its DHCP server answer nothing while the rule is in force."""
        return self._simulation._begin("dhcp-outage", self.name)

    def _ask(self, what):
        return [line for line in self._simulation._native._of_router(self.name, what).split("\n") if line]


class AccessPoint(_Device):
    """An access point of a simulation: it bridges its stations to a switch."""

    __module__ = "stacknetwork"

    @property
    def packets(self):
        """Where rules are made: all packets of its stations."""
        return Scope(self._simulation, "at", self.name)

    def power_off(self):
        """Switch it off, until the rule ends. Its stations find out when they have heard no beacon for 6 s."""
        return self._simulation._begin("wifi-off", self.name)

    def set_signal(self, station, dbm):
        """Set how strong a station hears it, -120 to 0 dBm: until the rule ends, if it is to end."""
        return self._simulation._begin("signal", _name(station), self.name, dbm)


class Topology:
    """What a simulation's network consists of; a part of `Simulation`."""

    def switch(self, name, *prefixes, mtu=None):
        """Make a switch with networks as "192.0.2.0/24": nodes that are connected without an address get one of each."""
        self._build("switches", name, prefixes=list(prefixes), mtu=mtu)
        return Switch(self, name)

    def router(self, name, *switches, **options):
        """Make a router between switches. Options: addresses={"office": "192.0.2.1/24"}, nat="internet", forward={8080: "192.168.1.50:80"},
        dhcp=["office"], lease_time=600, advertise=["office"], routes={"0.0.0.0/0": "192.0.2.254"}, and those that scenarios have."""
        self._build("routers", name, switches=[_name(one) for one in switches], **options)
        return Router(self, name)

    def internet(self):
        """Make the internet: a switch for sites, and a node that has every address that no other device has. The node."""
        self._native._build("internet = true\n")
        return self.node("internet")

    def site(self, name, prefix=None, *, forward=None):
        """Make a site behind a router, as at home: NAT, DHCP (192.168.1.0/24) and router advertisements. It needs the internet."""
        self._build("sites", name, prefix=prefix, forward=forward)
        return Site(self, name)

    def access_point(self, name, switch, ssid, password=None, *, channel=None, signal=None, max_stations=None):
        """Make an access point at a switch. `signal` is how strong stations hear it at first, in dBm (-50)."""
        self._build("access-points", name, switch=_name(switch), ssid=ssid, password=password, channel=channel, signal=signal, max_stations=max_stations)
        return AccessPoint(self, name)

    def _build(self, kind, name, **values):
        if not isinstance(name, str):
            raise TypeError(f"a name is a str, not {type(name).__name__}")
        lines = [f"[{kind}.{_toml(name)}]"]
        lines += [f"{_toml(key.replace('_', '-'))} = {_toml(value)}" for key, value in values.items() if value is not None]
        self._native._build("\n".join(lines) + "\n")


def _toml(value):
    """A value as TOML; names of switches and the like are those of the objects."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, float):
        if not math.isfinite(value):
            raise ValueError(f"{value} is no number of a scenario")
        return repr(value)
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{_toml(str(key))} = {_toml(item)}" for key, item in value.items()) + " }"
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(map(_toml, value)) + "]"
    return json.dumps(_name(value)).replace("\x7f", "\\u007f")


def _name(device):
    """The name of a device, which may be given in its place; an address is its text."""
    return device if isinstance(device, str) else getattr(device, "name", None) or str(device)
