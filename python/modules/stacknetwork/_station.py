"""`wifi.radio` of a simulated station: it joins, loses and changes networks as a board's radio does."""

import time

from wifi import _checks
from wifi._air import AuthMode, make_network

from ._radio import Radio

# How long a radio listens on a channel.
_CHANNEL_TIME = 0.12


class StationRadio(Radio):
    """The radio of a station, which is in no network until `connect()`."""

    __module__ = "stacknetwork"

    def connect(self, ssid, password=b"", *, channel=0, bssid=None, timeout=None):
        """Join a network and wait for an address; ConnectionError in a board's words where that fails.

        A network that is lost later is joined again by itself, until `stop_station()` or another `connect()`.
        """
        ssid = _checks.ssid(ssid)
        password = _checks.password(b"" if password is None else password)
        channel = _checks.within(channel, 0, 255, "channel")
        if bssid is not None:
            _checks.hardware_address(bssid, "bssid")
        seconds = -1.0 if timeout is None else float(timeout)
        self._check_enabled()
        self._station = True
        if self.connected and self.ap_info.ssid == ssid:
            return
        refusal = self._join(ssid, password.decode(errors="replace"), channel, seconds)
        if refusal is not None:
            raise ConnectionError(refusal)

    @property
    def connected(self):
        """Whether it is associated with an access point and has an address."""
        return self._enabled and self._station and self._joined_to() is not None and bool(self._addresses)

    @property
    def ap_info(self):
        """The network it is in, with the signal of now; None without one."""
        found = self._joined_to() if self.connected else None
        return None if found is None else _network(found)

    def start_scanning_networks(self, *, start_channel=1, stop_channel=11):
        """Listen on the channels, which takes 0.12 s each; an iterator over the networks that are heard."""
        _checks.within(start_channel, 1, 14, "start_channel")
        _checks.within(stop_channel, 1, 14, "stop_channel")
        self._check_enabled()
        first, last = sorted((start_channel, stop_channel))
        time.sleep(_CHANNEL_TIME * (last - first + 1))
        networks = [_network(line) for line in self._hear().split("\n") if line]
        return iter([network for network in networks if first <= network.channel <= last])

    @property
    def enabled(self):
        """Whether the radio is on. Setting it to False leaves the network and closes its open sockets."""
        return Radio.enabled.fget(self)

    @enabled.setter
    def enabled(self, value):
        if not value:
            self._leave()
        Radio.enabled.fset(self, value)

    def stop_station(self):
        """Leave the network."""
        super().stop_station()
        self._leave()

    def _joined(self):
        return self.connected

    def _check_enabled(self):
        if not self._enabled:
            raise RuntimeError("WiFi is not enabled")


def _network(line):
    channel, signal, is_protected, bssid, ssid = line.split(" ", 4)
    modes = [AuthMode.WPA2, AuthMode.PSK] if is_protected == "1" else [AuthMode.OPEN]
    return make_network(ssid=ssid, bssid=bytes.fromhex(bssid.replace(":", "")), rssi=int(signal), channel=int(channel), country="", authmode=modes)
