"""`socketpool` as a board has it: the classes, their attributes, texts and errors. The sockets' behaviour is the native module's, whose radio was
made with the board's profile.

`begin(name)` puts the board's `Socket` and `SocketPool` in the place of the native ones. They are in Python, because a board's classes differ in
what CPython's types cannot: no keywords, other texts, no attributes beyond the board's.
"""

import gc
import re
import sys
import weakref
from _socket import gaierror as _host_gaierror
from _socket import inet_aton, inet_ntoa

import socketpool

from . import _absent, _board_errors
from ._board_errors import BoardGaierror, make_error

# Of a board's class, in the order of its table of names, which dir() shows.
_SOCKET_NAMES = ("close", "send", "type")
_SOCKET_REST = ("accept", "bind", "connect", "listen", "recv_into", "recvfrom_into", "sendall", "sendto", "setblocking", "setsockopt", "settimeout")
_CONSTANTS = {
    "AF_INET": 2, "AF_INET6": 10, "EAI_NONAME": -2, "IPPROTO_ICMP": 1, "IPPROTO_IP": 0, "IPPROTO_IPV6": 41, "IPPROTO_RAW": 255, "IPPROTO_TCP": 6,
    "IPPROTO_UDP": 17, "IP_MULTICAST_TTL": 5, "SOCK_DGRAM": 2, "SOCK_RAW": 3, "SOCK_STREAM": 1, "SOL_SOCKET": 0xFFF, "SO_REUSEADDR": 4, "TCP_NODELAY": 1,
}
_QUAD = re.compile(r"\d+\.\d+\.\d+\.\d+\Z")
_DIGITS = re.compile(r"[\dxXa-fA-F]+(\.[\dxXa-fA-F]+){0,3}\Z")
_LONGEST = 2_147_000  # seconds, the longest that the native module waits

_native_socket, _native_pool = socketpool.Socket, socketpool.SocketPool
_dropped = []  # native sockets whose objects are gone, until the garbage is collected
_open = {}  # id of a native socket to (it, a weak reference to its object): it lives on without its object
_board = None


class Rules:
    """What the Python layer of a board does by its own; the rest is the profile of the native module."""

    def __init__(self, name, collects, has_ipv6, large_ports_fail, resolves_first, prints_lookups, row_is_plain):
        self.name = name
        self.collects = collects
        self.has_ipv6 = has_ipv6
        self.large_ports_fail = large_ports_fail
        self.resolves_first = resolves_first
        self.prints_lookups = prints_lookups
        self.row_is_plain = row_is_plain


_RULES = {
    "picow": Rules("picow", True, False, False, False, True, True),
    "esp32": Rules("esp32", False, True, True, True, False, False),
}


def find(name):
    """The name of the profile that a board's name selects, if its classes are here; None for the desk and for boards with chips of their own."""
    name = (name or "").lower().replace("_", "").replace("-", "")
    if name in ("picow", "picow2w", "pico2w"):
        return "picow"
    return "esp32" if name in ("esp32", "esp32s2", "esp32s3", "esp32c3", "esp32c5", "esp32c6") else None


def current():
    """The rules of the board, or None."""
    return _board


def begin(name):
    """Put a board's classes in place. It lasts as long as the process."""
    global _board
    rules = _RULES[find(name)]
    if _board is None:
        _absent.hide()
        gc.callbacks.append(_collected)
    _board = rules
    socketpool.Socket, socketpool.SocketPool = Socket, SocketPool


def native(sock):
    """The native socket of a board's, or what was given."""
    return object.__getattribute__(sock, "_native") if type(sock) is Socket else sock


def release(sock):
    """The native socket of a board's, which belongs to the caller from now on; a native one as it is."""
    inner = native(sock)
    _open.pop(id(inner), None)
    return inner


def forget():
    """A program is over: its sockets are closed, and nothing of them is kept."""
    _open.clear()
    _dropped.clear()


def names_of(what):
    """What dir() shows of one of the board's classes and objects; None for everything else."""
    if what is Socket:
        return ["__class__", "__enter__", "__exit__", "__name__", *_SOCKET_NAMES, "__bases__", "__del__", "__dict__", *_SOCKET_REST]
    if type(what) is Socket:
        return ["__class__", "__enter__", "__exit__", *_SOCKET_NAMES, "__del__", *_SOCKET_REST]
    if what is SocketPool:
        return ["__class__", "__name__", *_CONSTANTS, "__bases__", "__dict__", "gaierror", "getaddrinfo", "socket"]
    return ["__class__", *_CONSTANTS, "gaierror", "getaddrinfo", "socket"] if type(what) is SocketPool else None


def _collected(phase, info):
    if phase == "stop" and info["generation"] == 2:
        while _dropped:
            _dropped.pop().close()


def _adopt(sock):
    """An object for a native socket, which outlives it until the garbage is collected."""
    made = object.__new__(Socket)
    object.__setattr__(made, "_native", sock)
    key = id(sock)

    def gone(reference):
        entry = _open.pop(key, None)
        if entry is not None:
            _dropped.append(entry[0])

    _open[key] = (sock, weakref.ref(made, gone))
    return made


def _call(function, *arguments):
    """Calls the native module; its errors become the board's."""
    try:
        result = function(*arguments)
        tell_notes()
        return result
    except RuntimeError as error:
        raise RuntimeError(str(error).partition(":")[0]) from None
    except _host_gaierror:
        raise _no_name() from None
    except OSError as error:
        failure = make_error(error.errno, socketpool._explanation())
        tell_notes()
        raise failure from None


def tell_notes():
    """Explain what the board did otherwise without an error."""
    explain = _board_errors.explain
    wifi = sys.modules.get("wifi")
    if explain is None or wifi is None:
        return
    while (note := socketpool._note_of(wifi.radio)) is not None:
        explain(note)


def _no_name():
    if _board.prints_lookups:
        print("socket_resolve_host() returned -2", flush=True)
    return BoardGaierror(-2, "Name or service not known")


def _make(function, *arguments):
    """As `_call`, for what needs a socket: some boards collect the garbage before they refuse."""
    if _board.collects and len(_open) + len(_dropped) >= sys.modules["wifi"].radio.max_sockets:
        gc.collect()
    return _call(function, *arguments)


def _text(value):
    if isinstance(value, str):
        return value
    if isinstance(value, (bytes, bytearray)):
        return bytes(value).decode("latin-1")
    raise TypeError(f"can't convert '{type(value).__name__}' object to str implicitly")


def _int(value):
    if isinstance(value, int):
        return int(value)
    raise TypeError(f"can't convert {type(value).__name__} to int")


def _address(address):
    """(host, port) of a tuple or list, as the board checks them."""
    if not isinstance(address, (tuple, list)):
        raise TypeError(f"object '{type(address).__name__}' isn't a tuple or list")
    if len(address) != 2:
        raise ValueError(f"requested length 2 but object has length {len(address)}")
    host, port = _text(address[0]), _int(address[1])
    if port < 0:
        raise ValueError("port must be >= 0")
    return host, port


def _reach(host, port):
    """Host and port as the native module resolves them: what lwIP reads as an address, or looks up, or has no name for."""
    if port > 65535:
        if _board.large_ports_fail:
            raise _no_name()
        port &= 0xFFFF
    if host == "" or host == "<broadcast>":
        raise _no_name()
    if host == "localhost" and _board.prints_lookups and not _is_led(host):
        raise _no_name()
    return _digits(host), port


def _digits(host):
    """An address in fewer than four numbers as four, as lwIP reads it."""
    if _DIGITS.match(host) and host[0].isdigit():
        try:
            return inet_ntoa(inet_aton(host))
        except OSError:
            pass
    return host


def _is_led(host):
    run = sys.modules.get("socketpool_run.context")
    names = run.context.names if run is not None else None
    return names is not None and names.is_mapped(host)


def _octets(data, what=None):
    if isinstance(data, str):
        return data.encode()
    try:
        with memoryview(data) as view:
            return view.cast("B") if view.contiguous and view.nbytes else bytes(view)
    except (TypeError, NotImplementedError):
        raise TypeError("object with buffer protocol required") from None


def _writable(buffer):
    try:
        with memoryview(buffer) as view:
            if not view.readonly:
                return view.nbytes
    except TypeError:
        pass
    raise TypeError("object with buffer protocol required")


def _method(count, most=None, hint=None):
    """A method of a board: it takes so many arguments with `self`, and no keywords."""

    def decorate(function):
        def method(*arguments, **keywords):
            if keywords:
                raise TypeError("function doesn't take keyword arguments")
            if most is None and len(arguments) != count:
                if hint is not None and _board_errors.explain is not None:
                    _board_errors.explain(hint)
                raise TypeError(f"function takes {count} positional arguments but {len(arguments)} were given")
            if len(arguments) < count:
                raise TypeError(f"function missing {count - len(arguments)} required positional arguments")
            if most is not None and len(arguments) > most:
                raise TypeError(f"function expected at most {most} arguments, got {len(arguments)}")
            return function(*arguments)

        method.__name__ = method.__qualname__ = function.__name__
        method.__doc__ = function.__doc__
        return method

    return decorate


class _Type(type):
    """A class as boards have it: no instances by calling it, unless it is a pool; no subclass."""

    def __new__(cls, name, bases, namespace):
        for base in bases:
            raise TypeError(f"type '{base.__name__}' isn't an acceptable base type")
        return super().__new__(cls, name, bases, namespace)

    def __call__(cls, *arguments, **keywords):
        make = cls.__dict__.get("_make")
        if make is None:
            raise TypeError(f"can't create '{cls.__name__}' instances")
        return make.__func__(*arguments, **keywords)

    def __repr__(cls):
        return f"<class '{cls.__name__}'>"

    def __dir__(cls):
        return names_of(cls)

    def __setattr__(cls, name, value):
        raise AttributeError(f"type object '{cls.__name__}' has no attribute '{name}'")


class _Fixed:
    """Members of the board's objects that CPython would have otherwise."""

    def __setattr__(self, name, value):
        raise AttributeError(f"can't set attribute '{name}'")

    def __delattr__(self, name):
        raise AttributeError(f"can't set attribute '{name}'")

    def __getattr__(self, name):
        if name == "__del__" and type(self) is Socket:
            return self.close
        raise AttributeError(f"'{type(self).__name__}' object has no attribute '{name}'", name=name, obj=self)

    def __repr__(self):
        return f"<{type(self).__name__}>"

    def __dir__(self):
        return names_of(self)


def _add(cls, members):
    for name, value in vars(members).items():
        if name not in ("__dict__", "__weakref__", "__module__", "__doc__", "__qualname__"):
            type.__setattr__(cls, name, value)


class Socket(metaclass=_Type):
    """A socket as a board has it."""

    __slots__ = ("_native", "__weakref__")
    __module__ = "socketpool"

    def __enter__(self):
        return self

    @_method(4)
    def __exit__(self, *exception):
        _close(self)

    @_method(1)
    def close(self):
        """Close the socket. Closing it again does nothing."""
        _close(self)

    @_method(1)
    def accept(self):
        """Return (socket, address)."""
        sock, address = _make(_native_socket.accept, self._native)
        return _adopt(sock), address

    @_method(2)
    def bind(self, address):
        """Bind to (host, port)."""
        host, port = _address(address)
        host = "255.255.255.255" if host == "<broadcast>" and not _board.prints_lookups else host
        host, port = ("", port & 0xFFFF) if host == "" else _reach(host, port & 0xFFFF)
        _call(_native_socket.bind, self._native, (host, port))

    @_method(2)
    def connect(self, address):
        """Connect to (host, port)."""
        host, port = _address(address)
        if not _board.resolves_first and not socketpool._is_open(self._native):
            raise make_error(9)
        host, port = _reach(host, port)
        _call(_native_socket.connect, self._native, (host, port))

    @_method(2, hint="no board has a default backlog: write listen(1), or how many may wait")
    def listen(self, backlog):
        """Wait for connections."""
        _call(_native_socket.listen, self._native, max(-1, min(_int(backlog), 255)))

    @_method(2, 3)
    def recv_into(self, buffer, bufsize=0):
        """Receive into a buffer; return how many bytes came."""
        if not socketpool._is_open(self._native):
            raise make_error(9)
        length = _writable(buffer)
        size = _int(bufsize)
        if size > length:
            raise ValueError("buffer too small for requested bytes")
        if length == 0:
            return 0
        return _call(_native_socket.recv_into, self._native, buffer, max(size, 0))

    @_method(2)
    def recvfrom_into(self, buffer):
        """Receive into a buffer; return (how many bytes came, address)."""
        _writable(buffer)
        return _call(_native_socket.recvfrom_into, self._native, buffer)

    @_method(2)
    def send(self, data):
        """Send some bytes; return how many were taken."""
        return _call(_native_socket.send, self._native, _checked(self, data))

    @_method(2)
    def sendall(self, data):
        """Send all of some bytes."""
        octets = _checked(self, data)
        if len(octets):
            _call(_native_socket.sendall, self._native, octets)

    @_method(3)
    def sendto(self, data, address):
        """Send a datagram to (host, port)."""
        octets = _octets(data)
        host, port = _address(address)
        where = _reach(host, port)
        try:
            return _call(_native_socket.sendto, self._native, octets, where)
        except BoardGaierror:
            raise
        except OSError:
            if _board.has_ipv6:  # the ports with lwIP's sockets have one error here
                raise make_error(32) from None
            raise

    @_method(2)
    def setblocking(self, flag):
        """True: calls wait without a limit. False: they do not wait."""
        _call(_native_socket.setblocking, self._native, bool(flag))

    @_method(4)
    def setsockopt(self, level, optname, value):
        """Set an option."""
        value = value if isinstance(value, int) else bytes(_octets(value))
        _call(_native_socket.setsockopt, self._native, _int(level), _int(optname), value)

    @_method(2)
    def settimeout(self, value):
        """Set how many seconds a call may take: None for no limit, 0 not to wait."""
        if value is not None:
            if not isinstance(value, (int, float)):
                raise TypeError(f"can't convert {type(value).__name__} to float")
            # Whole milliseconds; a negative time is a very long one.
            value = int(1000 * value) / 1000
            value = None if value < 0 or value > _LONGEST else value
        _call(_native_socket.settimeout, self._native, value)

    @property
    def type(self):
        """SOCK_STREAM, SOCK_DGRAM or SOCK_RAW."""
        return self._native.type

    def __iter__(self):
        raise TypeError("'Socket' object isn't iterable")


_add(Socket, _Fixed)


def _close(sock):
    inner = sock._native
    _open.pop(id(inner), None)
    _call(_native_socket.close, inner)


def _checked(sock, data):
    """The octets of what is to be sent. Boards look at the connection first, and then at the argument."""
    try:
        return _octets(data)
    except TypeError:
        _call(_native_socket.send, sock._native, b"")
        raise


class SocketPool(metaclass=_Type):
    """A pool as a board has it: a new object each time, for `wifi.radio` only."""

    __slots__ = ("_native",)
    __module__ = "socketpool"

    gaierror = BoardGaierror

    @staticmethod
    def _make(*arguments, **keywords):
        if keywords or len(arguments) != 1:
            raise TypeError(f"function takes 1 positional arguments but {len(arguments) + len(keywords)} were given")
        wifi = sys.modules.get("wifi")
        if wifi is None or arguments[0] is not wifi.radio:
            raise ValueError("SocketPool can only be used with wifi.radio")
        made = object.__new__(SocketPool)
        object.__setattr__(made, "_native", _native_pool(arguments[0]))
        return made

    def socket(self, *arguments, **keywords):
        """Make a socket: socket(family=AF_INET, type=SOCK_STREAM, proto=IPPROTO_TCP)."""
        family, kind, proto = _parse(arguments, keywords, {"family": 2, "type": 1, "proto": 6})
        if not _board.has_ipv6 and family != 2:
            raise NotImplementedError("Only IPv4 sockets supported")
        if family not in (2, 10):
            raise NotImplementedError("Unsupported socket type")
        if kind not in (1, 2, 3) and not _board.has_ipv6:
            raise RuntimeError("Out of sockets")
        # Boards ignore the protocol, except of raw sockets.
        kind = kind if kind in (1, 2) else 3
        proto = (1 if proto in (0, 6) else proto) if kind == 3 else 0
        return _adopt(_make(_native_pool.socket, self._native, family, kind, proto))

    def getaddrinfo(self, *arguments, **keywords):
        """Return one row: (family, type, proto, canonname, (address, port))."""
        proto = keywords.get("port", 0)
        host, port, family, kind, _, flags = _parse(arguments, keywords, {"host": None, "port": None, "family": 0, "type": 0, "": 0, "flags": 0})
        host, port = _text(host), _int(port)
        if port < 0:
            raise ValueError("port must be >= 0")
        if _board.row_is_plain:
            return [(2, 1, 0, "", (host if _QUAD.match(host) else self._resolve(host, 2)[0], port))]
        if port > 65535:
            raise _no_name()
        found = self._resolve(host, family if family else 10 if ":" in host else 2)
        address = (found[0], port, *found[2:])
        return [(10 if ":" in found[0] else 2, kind, proto, host, address)]

    def _resolve(self, host, family):
        host, _ = _reach(host, 0)
        return _call(_native_pool.getaddrinfo, self._native, host, 0, family)[0][4]


_add(SocketPool, _Fixed)
for _name, _value in _CONSTANTS.items():
    type.__setattr__(SocketPool, _name, _value)


def _parse(arguments, keywords, allowed):
    """Arguments with names and defaults, of which None means required, as a board parses them."""
    values = []
    if len(arguments) > len(allowed):
        raise TypeError("extra positional arguments given")
    for index, (name, default) in enumerate(allowed.items()):
        if index < len(arguments):
            values.append(arguments[index])
        elif name in keywords:
            values.append(keywords[name])
        elif default is None:
            raise TypeError(f"'{name}' argument required")
        else:
            values.append(default)
    if any(name not in allowed or name == "" for name in keywords):
        raise TypeError("extra keyword arguments given")
    return [value if isinstance(default, type(None)) else _int(value) for value, default in zip(values, allowed.values())]
