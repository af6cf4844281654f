"""TCP: 64 bytes there, 64 KiB there, 32 bytes from a full buffer, and 64 bytes there and back between two threads."""

import socket
import threading

from pairs import BLOCK, PIECE, SMALL, open_tcp_pair


def _small_loop(client, server, count):
    data = bytearray(SMALL)
    for _ in range(count):
        if client.send(data) != SMALL or server.recv_into(data) != SMALL:
            raise OSError("not all the bytes")


def _send_block(client, block):
    sent = 0
    while sent < BLOCK:
        sent += client.send(block[sent:])


def _blocks_loop(client, server, count):
    block = memoryview(bytearray(BLOCK))
    for _ in range(count):
        _send_block(client, block)
        received = 0
        while received < BLOCK:
            n = server.recv_into(block[received:])
            if n == 0:
                raise OSError("the end of the stream")
            received += n


def _pieces_loop(client, server, count):
    block = memoryview(bytearray(BLOCK))
    piece = bytearray(PIECE)
    for i in range(count):
        # Every 2048th operation also fills the buffer again, in every contender.
        if i % (BLOCK // PIECE) == 0:
            _send_block(client, block)
        if server.recv_into(piece) != PIECE:
            raise OSError("not all the bytes")


def _run(loop, timed, count):
    client, server = open_tcp_pair()
    with client, server:
        return timed(loop, (client, server), count)


def run_small(timed, count):
    return _run(_small_loop, timed, count)


def run_blocks(timed, count):
    return _run(_blocks_loop, timed, count)


def run_receive_small(timed, count):
    return _run(_pieces_loop, timed, (count // 2048 + 1) * 2048)


def _echo(server):
    data = bytearray(SMALL)
    while server.recv_into(data) == SMALL:
        if server.send(data) != SMALL:
            raise OSError("not all the bytes")


def _ping_loop(client, count):
    data = bytearray(SMALL)
    for _ in range(count):
        if client.send(data) != SMALL or client.recv_into(data) != SMALL:
            raise OSError("not all the bytes")


def run_ping_pong(timed, count):
    client, server = open_tcp_pair()
    with client, server:
        thread = threading.Thread(target=_echo, args=(server,))
        thread.start()
        result = timed(_ping_loop, (client,), count)
        client.shutdown(socket.SHUT_WR)
        thread.join()
        return result
