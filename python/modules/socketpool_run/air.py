"""The access point of `--ap SSID:PASSWORD`, and whether the program is in its network."""

from errno import EHOSTUNREACH
from time import monotonic

_RSSI = -52
_CHANNEL = 6
_BSSID = bytes.fromhex("02005e000001")


class Air:
    """What can be joined. Without `--ap` every network is there, and the network is reached whether or not it was joined."""

    def __init__(self, options, settings, values):
        self._is_given = options.ap is not None
        self.ssid, _, password = (options.ap or "").partition(":")
        self._password = password.encode()
        self._values = values
        self._down = options.ap_down  # (after, for or None)
        self._start = None  # of the first program
        self._is_joined = False
        self._has_gone = False
        self._settings = settings

    is_simulated = False

    def begin_life(self, radio):
        """As boards do: the network of settings.toml is joined before the program starts. Its name, or None."""
        self._start = monotonic() if self._start is None else self._start
        ssid = self._settings.peek("CIRCUITPY_WIFI_SSID")
        password = self._settings.peek("CIRCUITPY_WIFI_PASSWORD")
        self._is_joined = isinstance(ssid, str) and self.why_not(ssid, password.encode() if isinstance(password, str) else b"") is None
        return ssid if self._is_joined else None

    @property
    def is_joined(self):
        """Whether the program is in a network that is there."""
        if self._is_joined and not self.is_up:
            self._is_joined = False  # joined again only by connect()
        return self._is_joined

    @is_joined.setter
    def is_joined(self, value):
        self._is_joined = value

    @property
    def is_up(self):
        """Whether the access point is there now."""
        if self._down is None or self._start is None:
            return True
        after, lasts = self._down
        gone = monotonic() - self._start - after
        return gone < 0 or (lasts is not None and gone >= lasts)

    def has_just_gone(self):
        """True once, after the access point has gone."""
        if self.is_up or self._has_gone:
            self._has_gone = self._has_gone and not self.is_up
            return False
        self._has_gone = True
        return True

    def why_not(self, ssid, password):
        """What a board says when it cannot join, or None."""
        if not self._is_given:
            return None if self.is_up else "No network with that ssid"
        if ssid != self.ssid or not self.is_up:
            return "No network with that ssid"
        return None if password == self._password else "Authentication failure"

    def check(self, operation, host):
        """Before a name or an address is used: refuses where a board out of its network does."""
        if (self._is_given or self._down is not None) and not self.is_joined:
            if operation == "getaddrinfo":
                from _socket import EAI_NONAME, gaierror

                raise gaierror(EAI_NONAME, f"Name or service not known: {host} (not connected to a network)")
            raise OSError(EHOSTUNREACH, f"No route to host: {host} (not connected to a network)")

    def describe(self, ssid, has_password):
        """The values of a `wifi.Network`."""
        from wifi import AuthMode

        modes = [AuthMode.WPA2, AuthMode.PSK] if has_password else [AuthMode.OPEN]
        return {"ssid": ssid, "bssid": _BSSID, "rssi": self._values.get("wifi", "rssi", _RSSI), "channel": _CHANNEL, "country": "", "authmode": modes}

    def find_networks(self):
        """What a scan finds: (ssid, whether it has a password)."""
        if not self.is_up:
            return []
        if self._is_given:
            return [(self.ssid, bool(self._password))]
        ssid = self._settings.peek("CIRCUITPY_WIFI_SSID")
        return [(ssid, bool(self._settings.peek("CIRCUITPY_WIFI_PASSWORD")))] if isinstance(ssid, str) else []


class SimulatedAir:
    """The air of a simulated station: what is in it is the simulation's, and the station's own radio joins it."""

    is_simulated = True

    def __init__(self, options, settings, report):
        self._default = options.joins
        self._settings = settings
        self._report = report

    def begin_life(self, radio):
        """As boards do: the network of settings.toml, or of the scenario, is joined before the program starts. Its name, or None."""
        ssid, password = self._settings.peek("CIRCUITPY_WIFI_SSID"), self._settings.peek("CIRCUITPY_WIFI_PASSWORD")
        if not isinstance(ssid, str):
            if self._default is None:
                return None
            ssid, password = self._default
        try:
            radio.connect(ssid, password if isinstance(password, str) else b"")
        except (ConnectionError, ValueError) as error:
            self._report.warn(f"{ssid} is not joined before the program starts: {error}")
            return None
        return ssid

    def check(self, operation, host):
        """The stack itself refuses what a board out of its network cannot do."""
