"""The names of what travels through the air. A host does not see any of it, but programs name it."""


class _Constant:
    """One of a few values that are compared by identity; its repr is its name."""

    def __init__(self, name):
        self._name = name

    def __repr__(self):
        return self._name


def _add_constants(cls, *names):
    for name in names:
        constant = object.__new__(cls)
        _Constant.__init__(constant, f"wifi.{cls.__name__}.{name}")
        setattr(cls, name, constant)


class AuthMode(_Constant):
    """How an access point wants to be asked: constants, no instances of one's own."""

    __module__ = "wifi"

    def __new__(cls):
        raise TypeError("wifi.AuthMode has constants only")


class PowerManagement(_Constant):
    """How a board's radio saves power: constants, no instances of one's own."""

    __module__ = "wifi"

    def __new__(cls):
        raise TypeError("wifi.PowerManagement has constants only")


_add_constants(AuthMode, "OPEN", "WEP", "WPA", "WPA2", "WPA3", "PSK", "ENTERPRISE")
_add_constants(PowerManagement, "MIN", "MAX", "NONE", "UNKNOWN")


class Network:
    """A network of an access point, as `Radio.ap_info` tells it. Not made directly."""

    __module__ = "wifi"
    __slots__ = ("_values",)

    def __new__(cls):
        raise TypeError("wifi.Network is not made directly; see wifi.radio.ap_info")

    ssid = property(lambda self: self._values["ssid"], doc="The network's name, a str.")
    bssid = property(lambda self: self._values["bssid"], doc="The access point's hardware address, six bytes.")
    rssi = property(lambda self: self._values["rssi"], doc="The signal's strength in dBm.")
    channel = property(lambda self: self._values["channel"], doc="The channel's number.")
    country = property(lambda self: self._values["country"], doc="The country's code, a str.")
    authmode = property(lambda self: self._values["authmode"], doc="A list of `AuthMode` constants.")

    def __repr__(self):
        return "<Network " + " ".join(f"{name}={value!r}" for name, value in self._values.items()) + ">"


class Station:
    """A client of the access point, as `Radio.stations_ap` tells it. Not made directly."""

    __module__ = "wifi"
    __slots__ = ("_values",)

    def __new__(cls):
        raise TypeError("wifi.Station is not made directly; see wifi.radio.stations_ap")

    mac_address = property(lambda self: self._values["mac_address"], doc="The client's hardware address, six bytes.")
    rssi = property(lambda self: self._values["rssi"], doc="The signal's strength in dBm, or None.")
    ipv4_address = property(lambda self: self._values["ipv4_address"], doc="The address that it was given, or None.")


def make_network(**values):
    """A Network with these values, which its own class refuses to make."""
    network = object.__new__(Network)
    network._values = values
    return network

