"""UDP in one thread: 64 bytes there and back, with an address on every datagram, and between connected sockets."""

from pairs import SMALL, open_udp_pair


def _unconnected_loop(client, server, address, count):
    data = bytearray(SMALL)
    for _ in range(count):
        client.sendto(data, address)
        _, peer = server.recvfrom_into(data)
        server.sendto(data, peer)
        n, _ = client.recvfrom_into(data)
        if n != SMALL:
            raise OSError("not all the bytes")


def _connected_loop(client, server, count):
    data = bytearray(SMALL)
    for _ in range(count):
        client.send(data)
        server.recv_into(data)
        server.send(data)
        if client.recv_into(data) != SMALL:
            raise OSError("not all the bytes")


def run_unconnected(timed, count):
    client, server = open_udp_pair(connected=False)
    with client, server:
        return timed(_unconnected_loop, (client, server, server.getsockname()), count)


def run_connected(timed, count):
    client, server = open_udp_pair(connected=True)
    with client, server:
        return timed(_connected_loop, (client, server), count)
