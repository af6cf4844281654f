"""The socket of multicast DNS: port 5353 of a radio, in the group 224.0.0.251."""

import socket
import struct

GROUP, PORT = "224.0.0.251", 5353
_TIME_TO_LIVE = 255  # RFC 6762, 11: tells that a packet came from this link


def open_socket(radio):
    """A socket that hears and speaks to the group. On the host it is a socket of the host's, beside others on that port."""
    address = str(radio.ipv4_address)
    if _is_host(radio):
        sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        try:
            _prepare_host(sock, address, radio.interface)
        except BaseException:
            sock.close()
            raise
        return sock
    import socketpool

    pool = socketpool.SocketPool(radio)
    sock = pool.socket(pool.AF_INET, pool.SOCK_DGRAM)
    sock.setsockopt(pool.SOL_SOCKET, pool.SO_REUSEADDR, 1)
    sock.bind(("", PORT))
    sock.setsockopt(pool.IPPROTO_IP, pool.IP_ADD_MEMBERSHIP, socket.inet_aton(GROUP) + socket.inet_aton(address))
    sock.setsockopt(pool.IPPROTO_IP, pool.IP_MULTICAST_TTL, _TIME_TO_LIVE)
    return sock


def _is_host(radio):
    from socketpool import _HostNetwork

    return isinstance(radio, _HostNetwork)


def _prepare_host(sock, address, interface):
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    if hasattr(socket, "SO_REUSEPORT"):
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    sock.bind(("", PORT))
    index = socket.if_nametoindex(interface) if interface else 0
    member = socket.inet_aton(GROUP) + socket.inet_aton(address) + struct.pack("i", index)
    sock.setsockopt(socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP, member)
    sock.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_IF, socket.inet_aton("0.0.0.0") + socket.inet_aton(address) + struct.pack("i", index))
    sock.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_TTL, _TIME_TO_LIVE)
    sock.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_LOOP, 1)
