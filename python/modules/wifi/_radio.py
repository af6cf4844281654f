"""`wifi.Radio` on a host. What a board's radio would do in the air, the host has done already; see each member."""

from socketpool import _HostNetwork

from . import _checks
from ._air import AuthMode, PowerManagement, make_network

# What `ap_info` says of a cable: as good as a signal gets.
_RSSI = -30


class RadioMembers:
    """What a board's radio has, for a network that is joined from the start: the host's, and a stack's (`stacknetwork`).

    `connect()` and `start_ap()` check their arguments and take notes, and what would change the host's settings is
    checked and left alone.
    """

    __module__ = "wifi"

    def _begin(self):
        """As at the start of a program."""
        self._enabled = True
        self._station = True
        self._ap = False
        self._ap_info = None
        self._macs = {}
        self._hostname = None
        self._tx_power = 20.0
        self._power_management = PowerManagement.MIN
        self._listen_interval = 100
        return self

    def __repr__(self):
        return f"<{type(self).__module__}.Radio on {self.interface or 'every interface'}: {self.ipv4_address or 'not connected'}>"

    # The radio itself

    @property
    def enabled(self):
        """Whether the radio is on. Setting it to False closes its open sockets and ends station and access point."""
        return self._enabled

    @enabled.setter
    def enabled(self, value):
        self._enabled = bool(value)
        if not self._enabled:
            self._ap = False
            self._ap_info = None
            self._close_sockets()

    @property
    def hostname(self):
        """The host's name. Setting it changes what is read here, not the host."""
        if self._hostname is None:
            from _socket import gethostname

            return gethostname()
        return self._hostname

    @hostname.setter
    def hostname(self, value):
        self._hostname = _checks.hostname(value)

    @property
    def mac_address(self):
        """The hardware address, six bytes (all zero if there is none). Setting it changes what is read here, not the card."""
        return self._macs.get("station") or self._mac_address or bytes(6)

    @mac_address.setter
    def mac_address(self, value):
        self._macs["station"] = _checks.mac_address(value)

    @property
    def mac_address_ap(self):
        """As `mac_address`: the access point is the same card, until this is set."""
        return self._macs.get("ap") or self.mac_address

    @mac_address_ap.setter
    def mac_address_ap(self, value):
        self._macs["ap"] = _checks.mac_address(value)

    @property
    def tx_power(self):
        """The transmission power in dBm; kept, without effect."""
        return self._tx_power

    @tx_power.setter
    def tx_power(self, value):
        self._tx_power = float(value)

    @property
    def power_management(self):
        """One of `PowerManagement`; kept, without effect."""
        return self._power_management

    @power_management.setter
    def power_management(self, value):
        if not isinstance(value, PowerManagement) or value is PowerManagement.UNKNOWN:
            raise ValueError("power_management must be PowerManagement.MIN, MAX or NONE")
        self._power_management = value

    @property
    def listen_interval(self):
        """How many beacons a board sleeps through; kept, without effect."""
        return self._listen_interval

    @listen_interval.setter
    def listen_interval(self, value):
        self._listen_interval = _checks.within(value, 0, 65535, "listen_interval")

    def start_scanning_networks(self, *, start_channel=1, stop_channel=11):
        """Return an iterator over the networks in the air, of which a host sees none; `socketpool run` has an access point to find."""
        _checks.within(start_channel, 1, 14, "start_channel")
        _checks.within(stop_channel, 1, 14, "stop_channel")
        return iter(())

    def stop_scanning_networks(self):
        """Nothing to end."""

    # The station: the host in its network

    def start_station(self):
        """Be in the network again after `stop_station()`."""
        self._station = True

    def stop_station(self):
        """Be in no network: `connected` turns False and the addresses None. Sockets stay usable."""
        self._station = False
        self._ap_info = None

    def connect(self, ssid, password=b"", *, channel=0, bssid=None, timeout=None):
        """Check the arguments as a board would and return: the host is in its network, whatever its name.

        Raises ConnectionError where a board could not get in either: the one interface in use is down or has no
        address.
        """
        ssid = _checks.ssid(ssid)
        password = _checks.password(b"" if password is None else password)
        channel = _checks.within(channel, 0, 255, "channel")
        bssid = self.mac_address if bssid is None else _checks.hardware_address(bssid, "bssid")
        if timeout is not None:
            float(timeout)
        if not self._addresses:
            raise ConnectionError(f"{self.interface or 'the host'} is down or has no address")
        self._enabled = self._station = True
        modes = [AuthMode.WPA2, AuthMode.PSK] if password else [AuthMode.OPEN]
        self._ap_info = make_network(ssid=ssid, bssid=bssid, rssi=_RSSI, channel=channel or 1, country="", authmode=modes)

    @property
    def connected(self):
        """Whether the host can be reached by an address: True from the start, as on a board with settings.toml."""
        return self._joined() and bool(self._addresses)

    @property
    def ap_info(self):
        """The network: what `connect()` was told, and before it the host's own. None while not `connected`."""
        if not self.connected:
            return None
        if self._ap_info is None:
            self._ap_info = make_network(ssid=self.interface or "host", bssid=self.mac_address, rssi=_RSSI, channel=1, country="", authmode=[AuthMode.OPEN])
        return self._ap_info

    @property
    def ipv4_address(self):
        """The host's address: of the interface with a gateway, else of any but loopback, else 127.0.0.1.

        It can be bound, and reached from this machine. None when not connected.
        """
        return self._ipv4_item(0, self._joined())

    @property
    def ipv4_subnet(self):
        """The netmask of `ipv4_address`; None when not connected."""
        return self._ipv4_item(1, self._joined())

    @property
    def ipv4_gateway(self):
        """The gateway of `ipv4_address`'s interface; None when there is none or when not connected."""
        return self._ipv4_item(2, self._joined())

    @property
    def ipv6(self):
        """The host's first IPv6 address, a str, loopback's last; None when there is none."""
        found = [address for address in self.addresses if ":" in address]
        return next((address for address in found if address != "::1"), found[0] if found else None)

    @property
    def addresses(self):
        """Every address, a tuple of str, IPv4 first; empty when not connected."""
        return tuple(self._addresses) if self._joined() else ()

    @property
    def ipv4_dns(self):
        """The first name server with an IPv4 address, or None. Setting it is checked and has no effect: the system resolves."""
        return next((_address(text) for text in self._dns if ":" not in text), None)

    @ipv4_dns.setter
    def ipv4_dns(self, value):
        _checks.address(value, "ipv4_dns")

    @property
    def dns(self):
        """The name servers, a tuple of str. Setting it is checked and has no effect: the system resolves."""
        return tuple(self._dns)

    @dns.setter
    def dns(self, value):
        from ipaddress import ip_address

        for address in value:
            ip_address(address)

    def set_ipv4_address(self, *, ipv4, netmask, gateway, ipv4_dns=None):
        """Check the addresses and return: the host keeps its own."""
        for what, value in (("ipv4", ipv4), ("netmask", netmask), ("gateway", gateway), ("ipv4_dns", ipv4_dns)):
            if what != "ipv4_dns" or value is not None:
                _checks.address(value, what)

    def start_dhcp(self, *, ipv4=True, ipv6=False):
        """The host sees to its addresses itself."""

    def stop_dhcp(self):
        """The host sees to its addresses itself."""

    def ping(self, ip, *, timeout=0.5):
        """Return the seconds until `ip` echoed (an address or a name), or None if it did not within `timeout` seconds."""
        from errno import EHOSTUNREACH, ENETUNREACH

        try:
            return self._ping(str(ip), 0.5 if timeout is None else _checks.seconds(timeout, "timeout"))
        except OSError as error:
            if error.errno in (EHOSTUNREACH, ENETUNREACH):
                return None
            raise

    # The access point: a host is none, and programs that are one are found at the host's own address

    def start_ap(self, ssid, password=b"", *, channel=1, authmode=(), max_connections=4):
        """Check the arguments as a board would and serve at the host's own address: see `ipv4_address_ap`."""
        _checks.ssid(ssid)
        password = _checks.password(password)
        _checks.within(channel, 1, 13, "channel")
        modes = list(authmode)
        if not all(isinstance(mode, AuthMode) for mode in modes):
            raise ValueError("authmode must be an iterable of wifi.AuthMode")
        if password and modes == [AuthMode.OPEN]:
            raise ValueError("AuthMode.OPEN takes no password")
        if not password and modes not in ([], [AuthMode.OPEN]):
            raise ValueError("password must be 8-64 bytes long unless authmode is AuthMode.OPEN")
        if max_connections is not None:
            _checks.within(max_connections, 0, 255, "max_connections")
        self._enabled = self._ap = True

    def stop_ap(self):
        """Be no access point any more: `ipv4_address_ap` turns None."""
        self._ap = False

    @property
    def ap_active(self):
        """Whether `start_ap()` was called."""
        return self._ap

    @property
    def stations_ap(self):
        """Who joined: an empty list while `ap_active`, else None."""
        return [] if self._ap else None

    @property
    def ipv4_address_ap(self):
        """While `ap_active` the host's own address, as `ipv4_address`; else None."""
        return self._ipv4_item(0, self._ap)

    @property
    def ipv4_subnet_ap(self):
        """While `ap_active` its netmask, else None."""
        return self._ipv4_item(1, self._ap)

    @property
    def ipv4_gateway_ap(self):
        """As `ipv4_address_ap`: an access point is its own gateway."""
        return self._ipv4_item(0, self._ap)

    @property
    def addresses_ap(self):
        """While `ap_active` every address, a tuple of str; else empty."""
        return tuple(self._addresses) if self._ap else ()

    def set_ipv4_address_ap(self, *, ipv4, netmask, gateway):
        """Check the addresses and return: the host keeps its own."""
        self.set_ipv4_address(ipv4=ipv4, netmask=netmask, gateway=gateway)

    def start_dhcp_ap(self):
        """The host gives no addresses away."""

    def stop_dhcp_ap(self):
        """The host gives no addresses away."""

    def _joined(self):
        return self._enabled and self._station

    def _ipv4_item(self, item, active):
        found = self._ipv4 if active else None
        return None if found is None or found[item] is None else _address(found[item])


class Radio(RadioMembers, _HostNetwork):
    """The host's network in the place of a board's radio; the only one is `wifi.radio`."""

    __module__ = "wifi"

    def __new__(cls, *arguments, **keywords):
        raise TypeError("wifi.Radio is not made directly: use wifi.radio, or hostnetwork.HostNetwork(interface=...)")


def _address(text):
    from ._address import IPv4Address  # takes milliseconds, and most programs never ask

    return IPv4Address(text)
