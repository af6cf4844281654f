"""`wifi.radio` of a run: it joins what is in the air, and pings what the rules lead to."""

from time import sleep

# What a board takes at least for these; programs show it.
_PING = 0.012


def begin(context, air):
    """Make the radio, and have it ask the air and the names."""
    import socketpool
    import wifi
    from socketpool import _board
    from wifi._air import make_network

    base = type(wifi.radio)
    board = _board.current()

    class Radio(base):
        __module__ = "wifi"
        __slots__ = ()

        def begin_life(self):
            """As after a reset: everything as at the start of a program."""
            self._close_sockets()
            self._begin()
            hostname = context.settings.peek("CIRCUITPY_WIFI_HOSTNAME")
            if isinstance(hostname, str):
                try:
                    self.hostname = hostname
                except ValueError as error:
                    context.report.warn(f"settings.toml: CIRCUITPY_WIFI_HOSTNAME: {error}")
            self._network = air.begin_life(self)
            if board is not None:
                _board.forget()
                if self._hostname is None:
                    self._hostname = context.board.hostname(self.mac_address)
            self._has_password = bool(context.settings.peek("CIRCUITPY_WIFI_PASSWORD"))

        @property
        def dns(self):
            """The name servers; a board has one, and none until it is in a network."""
            found = base.dns.fget(self)
            return found if board is None else found[:1] if self.connected else ()

        @dns.setter
        def dns(self, value):
            if board is not None and len(tuple(value)) > 1:
                raise ValueError("dns length must be <= 1")
            base.dns.fset(self, value)

        def ping(self, ip, *, timeout=0.5):
            answers = context.names.is_answering(str(ip))
            if not self.connected or answers is False:
                sleep(min(0.5 if timeout is None else timeout, 1))
                return None
            if answers:
                sleep(_PING)
                return _PING
            return super().ping(ip, timeout=timeout)

    class JoinedRadio(Radio):
        """A radio whose network is joined already, and what is in the air is the run's own."""

        __module__ = "wifi"
        __slots__ = ()

        def connect(self, ssid, password=b"", *, channel=0, bssid=None, timeout=None):
            """Join a network that is in the air; ConnectionError in a board's words."""
            password = _fill_in(password)
            refusal = air.why_not(*_as_bytes(ssid, password))
            super().connect(ssid, password, channel=channel, bssid=bssid, timeout=timeout)
            air.is_joined = refusal is None
            if refusal is not None:
                raise ConnectionError(refusal)
            self._network = _as_bytes(ssid, password)[0]
            self._has_password = bool(password)

        def start_ap(self, ssid, password=b"", **keywords):
            super().start_ap(ssid, _fill_in(password), **keywords)

        def stop_station(self):
            super().stop_station()
            air.is_joined = False

        @property
        def enabled(self):
            return base.enabled.fget(self)

        @enabled.setter
        def enabled(self, value):
            base.enabled.fset(self, value)
            if not value:
                air.is_joined = False

        @property
        def connected(self):
            return air.is_joined and self._joined() and bool(self._addresses)

        @property
        def ap_info(self):
            return make_network(**air.describe(self._network, self._has_password)) if self.connected else None

        def _joined(self):
            return air.is_joined and super()._joined()

        def start_scanning_networks(self, *, start_channel=1, stop_channel=11):
            super().start_scanning_networks(start_channel=start_channel, stop_channel=stop_channel)
            found = [make_network(**air.describe(*network)) for network in air.find_networks()]
            return iter([network for network in found if min(start_channel, stop_channel) <= network.channel <= max(start_channel, stop_channel)])

    def _fill_in(password):
        """An example's password of three dots is nobody's: the desk joins without, and says so."""
        if password in ("...", b"...") and context.options.ap is None and board is None and not context.options.strict:
            context.report.warn("the password \"...\" is to be filled in: a board wants 8 to 64 bytes")
            return b""
        return password

    kind = Radio if air.is_simulated else JoinedRadio
    kind.__name__ = kind.__qualname__ = "Radio"
    wifi.radio.__class__ = kind
    wifi.Radio = kind
    socketpool._redirect(context.names.lead if board is None else _note_leads(context.names.lead, wifi.radio))
    context.radio = wifi.radio
    context.names.own_addresses = lambda: wifi.radio._addresses


def _note_leads(lead, radio):
    """Addresses of this machine are the board's own, unless the program's name was led there."""
    import socketpool

    def note(operation, host, port):
        answer = lead(operation, host, port)
        if operation in ("connect", "sendto"):
            socketpool._set_own(radio, answer is not None)
        return answer

    socketpool._set_own(radio, False)
    return note


def _as_bytes(ssid, password):
    """The ssid as text and the password as bytes, of whatever the program gave; what is wrong with them is said later."""
    ssid = ssid if isinstance(ssid, str) else bytes(ssid).decode(errors="replace") if isinstance(ssid, (bytes, bytearray, memoryview)) else ""
    password = password.encode() if isinstance(password, str) else bytes(password) if isinstance(password, (bytes, bytearray, memoryview)) else b""
    return ssid, password
