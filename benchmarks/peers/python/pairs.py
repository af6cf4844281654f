"""Sockets on loopback, set up alike by every contender: TCP_NODELAY, the same buffers, the same timeouts."""

import socket

SMALL, BLOCK, PIECE, TIMEOUT, SOCKET_BUFFER = 64, 65536, 32, 5, 262144


def _set_buffers(sock):
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, SOCKET_BUFFER)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, SOCKET_BUFFER)


def listen_on_loopback():
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listener.settimeout(TIMEOUT)
    _set_buffers(listener)
    listener.bind(("127.0.0.1", 0))
    listener.listen(128)
    return listener


def open_tcp_pair():
    with listen_on_loopback() as listener:
        client = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        client.settimeout(TIMEOUT)
        _set_buffers(client)
        client.connect(listener.getsockname())
        server, _ = listener.accept()
        server.settimeout(TIMEOUT)
    client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    server.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return client, server


def open_udp_pair(connected):
    client = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    server = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    for sock in (client, server):
        sock.settimeout(TIMEOUT)
        sock.bind(("127.0.0.1", 0))
    if connected:
        client.connect(server.getsockname())
        server.connect(client.getsockname())
    return client, server
