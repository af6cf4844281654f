"""What a socket has not, as on boards: what to use instead, and `hide()`, which takes away what this package has beyond boards.

An attribute's absence costs nothing and is seen by `hasattr`. The error of a program that ends with it says what to use, as a note.
"""

import sys

import socketpool

_INSTEAD = {
    "recv": "recv_into(buffer) fills a bytearray and returns how many bytes came",
    "recvfrom": "recvfrom_into(buffer) fills a bytearray and returns (how many bytes came, address)",
    "read": "recv_into(buffer) fills a bytearray and returns how many bytes came",
    "readinto": "recv_into(buffer) fills a bytearray and returns how many bytes came",
    "readline": "recv_into(buffer) fills a bytearray; the program finds the line's end in it",
    "makefile": "recv_into(buffer) and send(bytes) are what there is",
    "write": "send(bytes) or sendall(bytes) is what there is",
    "connect_ex": "connect(address) raises an OSError with the number",
    "timeout": "except OSError as error, and error.errno == errno.ETIMEDOUT",
}

# What a pool's parts have beyond CircuitPython's: CPython's libraries at a desk use them. `select` and asyncio, which boards have, need fileno().
_SOCKET = ("connect_ex", "detach", "family", "getblocking", "getpeername", "getsockname", "getsockopt", "gettimeout", "proto", "shutdown")
_TLS = ("sendall", "do_handshake", "unwrap", "pending", "getpeercert", "version", "cipher", "selected_alpn_protocol", "session", "context",
        "server_side", "server_hostname")
_POOL = ("SO_BROADCAST", "SO_KEEPALIVE", "IP_MULTICAST_LOOP", "IP_ADD_MEMBERSHIP", "IP_DROP_MEMBERSHIP")

_hidden = {}


def method(name):
    """A method of `socketpool.Socket`, hidden or not."""
    return _hidden.get(name) or getattr(socketpool.Socket, name)


def hide():
    """Take away what no board has, so that a desk refuses what a board refuses. It lasts as long as the process."""
    for name in _SOCKET:
        if name not in _hidden:
            _hidden[name] = getattr(socketpool.Socket, name)
            delattr(socketpool.Socket, name)
    for name in _POOL:
        if hasattr(socketpool.SocketPool, name):
            delattr(socketpool.SocketPool, name)
    vars(socketpool).pop("getaddrinfo", None)
    if "socketpool._tls" in sys.modules:
        hide_of_tls(sys.modules["socketpool._tls"].TLSSocket)


def hide_of_tls(kind):
    """As `hide()` for TLS sockets, whose class is made when `ssl` is first used; it is called then, and changes nothing unless hidden."""
    if _hidden:
        for name in (*_SOCKET, *_TLS):
            if name in vars(kind):
                delattr(kind, name)


def explain(error):
    """What to use in place of the attribute that an AttributeError is about; None if it is about something else."""
    found = getattr(error, "obj", None)
    name = getattr(error, "name", None)
    if not isinstance(found, (socketpool.Socket, socketpool.SocketPool)) and type(found).__module__ != "socketpool":
        return None
    if name in _INSTEAD:
        return f"as on boards there is no {name}: {_INSTEAD[name]}"
    return f"no board has {name}" if name in (*_SOCKET, *_TLS, *_POOL) else None


def _show(kind, error, traceback, show=sys.excepthook):
    if isinstance(error, AttributeError):
        note = explain(error)
        if note is not None and note not in getattr(error, "__notes__", ()):
            error.add_note(note)
    show(kind, error, traceback)


if getattr(sys.excepthook, "__module__", None) != __name__:
    sys.excepthook = _show
