"""Sockets that come and go: connect + accept + close of both, and create + close."""

import socket
import struct

from pairs import TIMEOUT, listen_on_loopback

# The client closes by reset, or the kernel runs out of ports: each would rest in TIME-WAIT for a minute.
RESET = struct.pack("ii", 1, 0)


def _accept_loop(listener, address, count):
    for _ in range(count):
        client = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        client.settimeout(TIMEOUT)
        client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
        client.connect(address)
        server, _ = listener.accept()
        client.close()
        server.close()


def run_accept_close(timed, count):
    with listen_on_loopback() as listener:
        return timed(_accept_loop, (listener, listener.getsockname()), count)


def _create_loop(kind, count):
    for _ in range(count):
        socket.socket(socket.AF_INET, kind).close()


def run_create_close_tcp(timed, count):
    return timed(_create_loop, (socket.SOCK_STREAM,), count)


def run_create_close_udp(timed, count):
    return timed(_create_loop, (socket.SOCK_DGRAM,), count)
