"""What a socket has not, as on boards: what to use instead, and `hide()`, which takes away what this package has beyond boards.

A name that is not there is an attribute of a base class whose every look-up is an AttributeError that says what to use: `hasattr` is False, on
objects as on their class, and neither `dir()` nor `vars()` lists it. What is there costs nothing more for it.
"""

import sys

import socketpool

_RECEIVE = "recv_into(buffer) fills a bytearray and returns how many bytes came"
_SOCKET_INSTEAD = {
    "recv": _RECEIVE,
    "recvfrom": "recvfrom_into(buffer) fills a bytearray and returns (how many bytes came, address)",
    "recvmsg": _RECEIVE,
    "read": _RECEIVE,
    "readinto": _RECEIVE,
    "readline": "recv_into(buffer) fills a bytearray; the program finds the line's end in it",
    "makefile": "recv_into(buffer) and send(bytes) are what there is",
    "write": "send(bytes) or sendall(bytes) is what there is",
    "sendfile": "sendall(bytes) sends what the program has read from the file",
    "sendmsg": "send(bytes) or sendall(bytes) is what there is",
}
_POOL_INSTEAD = {
    "timeout": "except OSError as error, and error.errno == errno.ETIMEDOUT",
    "create_connection": "pool.socket(), and then connect((host, port))",
    "create_server": "pool.socket(), and then bind((host, port)) and listen()",
    "gethostbyname": "getaddrinfo(host, 0)[0][4][0] is the address",
    "setdefaulttimeout": "settimeout(seconds) of each socket",
    "socketpair": "a listener, and a socket that connects to it",
}

# What a pool's parts have beyond CircuitPython's: CPython's libraries at a desk use them. `select` and asyncio, which boards have, need fileno().
_SOCKET = ("connect_ex", "detach", "family", "getblocking", "getpeername", "getsockname", "getsockopt", "gettimeout", "proto", "shutdown")
_TLS = ("sendall", "do_handshake", "unwrap", "pending", "getpeercert", "version", "cipher", "selected_alpn_protocol", "session", "context",
        "server_side", "server_hostname")
_POOL = ("SO_BROADCAST", "SO_KEEPALIVE", "IP_MULTICAST_LOOP", "IP_ADD_MEMBERSHIP", "IP_DROP_MEMBERSHIP")
_HIDDEN_INSTEAD = {"connect_ex": "connect(address) raises an OSError with the number", "sendall": "send(bytes) returns how many bytes were taken"}

_hidden = {}


class _Absent:
    """An attribute that is not there."""

    def __init__(self, name, instead=""):
        self._name, self._instead = name, instead

    def __get__(self, found, kind=None):
        kind = kind or type(found)
        raise AttributeError(f"'{kind.__module__}.{kind.__name__}' object has no attribute '{self._name}', as on boards{self._instead and ': ' + self._instead}",
                             name=self._name, obj=kind if found is None else found)


class _Kind(type):
    """The class of classes that do not list what is absent."""

    @property
    def __dict__(cls):
        return {name: value for name, value in type.__dict__["__dict__"].__get__(cls).items() if not isinstance(value, _Absent)}


def _make_base(name, *bases):
    kind = _Kind(name, bases, {"__slots__": (), "__module__": "socketpool"})
    del kind.__slots__  # it has done its work, and is no name of a socket's
    return kind


# The bases of Socket, SocketPool and TLSSocket.
SocketAbsences, PoolAbsences = _make_base("SocketAbsences"), _make_base("PoolAbsences")
TLSAbsences = _make_base("TLSAbsences", SocketAbsences)

for _kind, _names in ((TLSAbsences, {"sendto": "send(bytes) or sendall(bytes)", "recvfrom_into": "recv_into(buffer)"}), (SocketAbsences, _SOCKET_INSTEAD), (PoolAbsences, _POOL_INSTEAD)):
    for _name, _instead in _names.items():
        setattr(_kind, _name, _Absent(_name, _instead))


def _take_away(kind, absences, names):
    """Leave the attributes out of a class, and say so where one is asked for."""
    for name in names:
        if name in vars(kind):
            delattr(kind, name)
            setattr(absences, name, _Absent(name, _HIDDEN_INSTEAD.get(name, "")))


def method(name):
    """A method of `socketpool.Socket`, hidden or not."""
    return _hidden.get(name) or getattr(socketpool.Socket, name)


def hide():
    """Take away what no board has, so that a desk refuses what a board refuses. It lasts as long as the process."""
    for name in _SOCKET:
        _hidden.setdefault(name, getattr(socketpool.Socket, name, None))
    _take_away(socketpool.Socket, SocketAbsences, _SOCKET)
    _take_away(socketpool.SocketPool, PoolAbsences, _POOL)
    vars(socketpool).pop("getaddrinfo", None)
    if "socketpool._tls" in sys.modules:
        hide_of_tls(sys.modules["socketpool._tls"].TLSSocket)


def hide_of_tls(kind):
    """As `hide()` for TLS sockets, whose class is made when `ssl` is first used; it is called then, and changes nothing unless hidden."""
    if _hidden:
        _take_away(kind, TLSAbsences, (*_SOCKET, *_TLS))
