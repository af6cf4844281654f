"""Sockets that come from a pool, and a pool that belongs to a radio: CircuitPython's socketpool."""

import socket as _socket
from typing_extensions import Buffer
from types import TracebackType
from typing import ClassVar, Self, final

_Host = str | bytes
_Address = tuple[_Host, int] | tuple[_Host, int, int] | tuple[_Host, int, int, int] | list[_Host | int]
# (host, port), IPv6 (host, port, flowinfo, scope_id)
_FoundAddress = tuple[str, int] | tuple[str, int, int, int]
_AddressInfo = tuple[int, int, int, str, _FoundAddress]

def getaddrinfo(host: _Host | None, port: str | bytes | int | None, family: int = 0, type: int = 0, proto: int = 0, flags: int = 0) -> list[_AddressInfo]:
    """As SocketPool.getaddrinfo, on the host's network."""

class _HostNetwork:
    """The host's network as a radio, or one interface of it: hostnetwork.HostNetwork."""

    def __new__(cls, *, interface: str | None = None, max_sockets: int | None = None, board: str | None = None) -> Self: ...
    @property
    def interface(self) -> str | None:
        """The only interface in use, or None."""
    @property
    def max_sockets(self) -> int:
        """How many sockets may be open at once."""

class _StackNetwork:
    """A TCP/IP stack in this process as a radio: stacknetwork makes them."""

    def __new__(
        cls, *, link: str | _StackNetwork, addresses: str = "", gateways: str = "", dns: str = "", max_sockets: int | None = None, mtu: int | None = None,
        threaded_napi: bool = False, capture: str | None = None, board: str | None = None,
    ) -> Self: ...
    @property
    def interface(self) -> str | None:
        """The name of the link."""
    @property
    def max_sockets(self) -> int:
        """How many sockets may be open at once."""

class SocketPool:
    """The sockets of a radio. Every call for the same radio returns the same pool."""

    AF_INET: ClassVar[int]
    AF_INET6: ClassVar[int]
    SOCK_STREAM: ClassVar[int]
    SOCK_DGRAM: ClassVar[int]
    SOCK_RAW: ClassVar[int]
    IPPROTO_IP: ClassVar[int]
    IPPROTO_ICMP: ClassVar[int]
    IPPROTO_TCP: ClassVar[int]
    IPPROTO_UDP: ClassVar[int]
    IPPROTO_IPV6: ClassVar[int]
    IPPROTO_ICMPV6: ClassVar[int]
    IPPROTO_RAW: ClassVar[int]
    SOL_SOCKET: ClassVar[int]
    SO_REUSEADDR: ClassVar[int]
    SO_BROADCAST: ClassVar[int]
    SO_KEEPALIVE: ClassVar[int]
    TCP_NODELAY: ClassVar[int]
    IP_MULTICAST_TTL: ClassVar[int]
    IP_MULTICAST_LOOP: ClassVar[int]
    IP_ADD_MEMBERSHIP: ClassVar[int]
    IP_DROP_MEMBERSHIP: ClassVar[int]
    EAI_NONAME: ClassVar[int]
    gaierror: ClassVar[type[_socket.gaierror]]

    def __new__(cls, radio: _HostNetwork | _StackNetwork) -> Self: ...
    def socket(self, family: int = ..., type: int = ..., proto: int = ...) -> Socket:
        """Make a TCP, UDP or RAW socket. RuntimeError when the pool has none left."""
    def getaddrinfo(self, host: _Host | None, port: str | bytes | int | None, family: int = 0, type: int = 0, proto: int = 0, flags: int = 0) -> list[_AddressInfo]:
        """Return what socket() and connect() want: a list of (family, type, proto, canonname, address), IPv4 first."""

@final
class Socket:
    """A socket of a pool: TCP, UDP or RAW. Made by SocketPool.socket() and accept(), not directly."""

    @property
    def family(self) -> int:
        """AF_INET or AF_INET6."""
    @property
    def type(self) -> int:
        """SOCK_STREAM, SOCK_DGRAM or SOCK_RAW."""
    @property
    def proto(self) -> int:
        """The protocol in use."""
    def __enter__(self) -> Self: ...
    def __exit__(self, *exception: type[BaseException] | BaseException | TracebackType | None) -> None: ...
    def __hash__(self) -> int: ...
    def accept(self) -> tuple[Socket, _FoundAddress]:
        """Take the next connection and return (socket, address). The new socket has this one's time-out."""
    def bind(self, address: _Address) -> None:
        """Bind to an address, (host, port). Port 0 takes a free one."""
    def close(self) -> None:
        """Close the socket and give its place in the pool back. Calls that wait on it in other threads fail with EBADF."""
    def connect(self, address: _Address) -> None:
        """Connect to an address, (host, port). The time-out covers the look-up of the name too."""
    def connect_ex(self, address: _Address) -> int:
        """As connect(), but return the error number instead of raising: 0 when connected."""
    def detach(self) -> int:
        """Return the file descriptor, which stays open, and give the socket's place in the pool back."""
    def fileno(self) -> int:
        """Return the file descriptor, -1 after close()."""
    def getblocking(self) -> bool:
        """Return whether calls wait."""
    def getpeername(self) -> _FoundAddress:
        """Return the peer's address."""
    def getsockname(self) -> _FoundAddress:
        """Return the socket's own address."""
    def getsockopt(self, level: int, optname: int, buflen: int = 0) -> int | bytes:
        """Return an option as an int, or with buflen as bytes."""
    def gettimeout(self) -> float | None:
        """Return the time-out in seconds, or None."""
    def listen(self, backlog: int = 128) -> None:
        """Wait for connections from now on."""
    def recv_into(self, buffer: Buffer, bufsize: int = 0) -> int:
        """Receive at most bufsize bytes (0: as many as fit) into a buffer and return how many came: 0 at the end of the stream."""
    def recvfrom_into(self, buffer: Buffer, bufsize: int = 0) -> tuple[int, _FoundAddress]:
        """Receive into a buffer and return (how many bytes came, the sender's address)."""
    def send(self, bytes: Buffer) -> int:
        """Send what fits of some bytes to the connected peer and return how many were taken."""
    def sendall(self, bytes: Buffer) -> None:
        """Send all of some bytes to the connected peer. The time-out is for the whole."""
    def sendto(self, bytes: Buffer, address: _Address) -> int:
        """Send some bytes to an address, (host, port), and return how many were taken."""
    def setblocking(self, flag: bool) -> None:
        """True is settimeout(None), False is settimeout(0)."""
    def setsockopt(self, level: int, optname: int, value: int | Buffer) -> None:
        """Set an option to an int or to bytes. Understands the host's numbers and those that boards use."""
    def settimeout(self, value: float | None) -> None:
        """Set how many seconds a call may take, fractions allowed: None blocks, 0 does not wait."""
    def shutdown(self, how: int) -> None:
        """End receiving (0), sending (1) or both (2)."""
