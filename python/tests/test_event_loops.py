"""select, selectors and asyncio through fileno()."""

import asyncio
import select
import selectors
import socket
import unittest

from . import support
from .both import POOL, on_both, read_to_end
from .waiting import Call


@on_both
class SelectTests:
    def test_select_takes_sockets(self):
        client, server = self.pair()
        self.assertEqual(select.select([client, server], [], [], 0), ([], [], []))
        self.assertEqual(select.select([], [client], [], 0), ([], [client], []))
        client.sendall(b"x")
        self.assertEqual(select.select([client, server], [], [], 20), ([server], [], []))
        listener = self.listener()
        self.tcp().connect(listener.getsockname())
        self.assertEqual(select.select([listener], [], [], 20), ([listener], [], []))

    def test_poll_and_epoll_take_sockets(self):
        client, server = self.pair()
        poll = select.poll()
        poll.register(server, select.POLLIN)
        self.assertEqual(poll.poll(0), [])
        client.sendall(b"x")
        self.assertEqual(poll.poll(20_000), [(server.fileno(), select.POLLIN)])
        with select.epoll() as epoll:
            epoll.register(server, select.EPOLLIN)
            self.assertEqual(epoll.poll(20), [(server.fileno(), select.EPOLLIN)])

    def test_a_closed_socket_is_refused(self):
        s = self.tcp()
        s.close()
        self.assert_raises(ValueError, select.select, [s], [], [], 0)

    def test_selectors(self):
        pairs = [self.pair(timeout=0) for _ in range(5)]
        with selectors.DefaultSelector() as selector:
            for number, (_, server) in enumerate(pairs):
                selector.register(server, selectors.EVENT_READ, number)
            for client, _ in pairs[1:3]:
                client.send(b"x")
            seen = set()
            while seen != {1, 2}:
                for key, _ in selector.select(20):
                    self.assertEqual(key.fileobj.recv_into(bytearray(8)), 1)
                    seen.add(key.data)
            for _, server in pairs:
                self.assertIs(selector.unregister(server).fileobj, server)

    def test_the_descriptor_shows_the_mode(self):
        import fcntl
        import os
        s = self.tcp()
        s.setblocking(False)
        self.assertTrue(fcntl.fcntl(s.fileno(), fcntl.F_GETFL) & os.O_NONBLOCK)
        s.setblocking(True)
        self.assertFalse(fcntl.fcntl(s.fileno(), fcntl.F_GETFL) & os.O_NONBLOCK)


@on_both
class AsyncioTests:
    def run_loop(self, main):
        async def limited():
            await asyncio.wait_for(main, 30)

        asyncio.run(limited())

    def test_sock_calls(self):
        listener = self.listener(timeout=0)
        client = self.tcp()
        client.setblocking(False)

        async def main():
            loop = asyncio.get_running_loop()
            connecting = asyncio.ensure_future(loop.sock_connect(client, listener.getsockname()))
            server = self.keep((await loop.sock_accept(listener))[0])
            await connecting
            server.setblocking(False)
            data = bytes(range(256)) * 8000
            sending = asyncio.ensure_future(loop.sock_sendall(client, data))
            got, buffer = bytearray(), bytearray(70_000)
            while len(got) < len(data):
                got += buffer[:await loop.sock_recv_into(server, buffer)]
            await sending
            self.assertEqual(got, data)

        self.run_loop(main())

    def test_sock_recv_into_waits(self):
        client, server = self.pair(timeout=0)

        async def main():
            loop = asyncio.get_running_loop()
            buffer = bytearray(8)
            receiving = asyncio.ensure_future(loop.sock_recv_into(client, buffer))
            await asyncio.sleep(0)
            self.assertFalse(receiving.done())
            server.send(b"four")
            self.assertEqual(await receiving, 4)

        self.run_loop(main())

    def test_readers_and_writers_of_a_loop(self):
        client, server = self.pair(timeout=0)

        async def main():
            loop = asyncio.get_running_loop()
            readable = loop.create_future()
            loop.add_reader(server, lambda: readable.done() or readable.set_result(server.recv_into(bytearray(8))))
            client.send(b"abc")
            self.assertEqual(await readable, 3)
            loop.remove_reader(server)

        self.run_loop(main())

    def test_a_server_and_a_client_on_detached_descriptors(self):
        listener, client = self.listener(timeout=0), self.tcp()
        address = listener.getsockname()
        client.connect(address)

        async def echo(reader, writer):
            writer.write((await reader.read(100)).upper())
            writer.close()

        async def main():
            with socket.socket(fileno=listener.detach()) as s, socket.socket(fileno=client.detach()) as c:
                async with await asyncio.start_server(echo, sock=s):
                    reader, writer = await asyncio.open_connection(sock=c)
                    writer.write(b"shout")
                    self.assertEqual(await reader.read(), b"SHOUT")
                    writer.close()
                    await writer.wait_closed()

        self.run_loop(main())

    def test_transports_with_a_buffered_protocol(self):
        # Streams and other protocols call recv(), which boards do not have; these call recv_into().
        listener, client = self.listener(timeout=0), self.tcp()
        client.connect(listener.getsockname())
        client.setblocking(False)
        data = bytes(range(256)) * 2000

        class Collect(asyncio.BufferedProtocol):
            def __init__(self, answers):
                self.answers, self.got, self.buffer, self.done = answers, bytearray(), bytearray(50_000), asyncio.get_running_loop().create_future()

            def connection_made(self, transport):
                self.transport = transport

            def get_buffer(self, hint):
                return self.buffer

            def buffer_updated(self, count):
                self.got += self.buffer[:count]
                if self.answers and len(self.got) == len(data):
                    self.transport.write(bytes(self.got))
                    self.transport.close()

            def connection_lost(self, error):
                self.done.set_result(error)

        async def main():
            loop = asyncio.get_running_loop()
            async with await loop.create_server(lambda: Collect(True), sock=listener):
                transport, protocol = await loop.create_connection(lambda: Collect(False), sock=client)
                transport.write(data)
                self.assertIsNone(await protocol.done)
                self.assertEqual(protocol.got, data)

        self.run_loop(main())


class PeerTests(support.TestCase):
    """Our blocking sockets against CPython's asyncio, each as server and as client."""

    def test_a_client_of_asyncios_server(self):
        process = self.start_python("-u", "-c", """
import asyncio
async def echo(reader, writer):
    writer.write((await reader.readexactly(100000))[::-1])
    await writer.drain()
    writer.close()
async def main():
    server = await asyncio.start_server(echo, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1])
    await server.serve_forever()
asyncio.run(main())
""")
        port = int(process.stdout.readline())
        data = bytes(i % 251 for i in range(100_000))
        for seconds in (None, 20):
            with POOL.socket() as s:
                s.settimeout(seconds)
                s.connect(("127.0.0.1", port))
                s.sendall(data)
                self.assertEqual(read_to_end(s), data[::-1])

    def test_a_server_of_asyncios_client(self):
        with POOL.socket() as listener:
            listener.settimeout(20)
            listener.bind(("127.0.0.1", 0))
            listener.listen()

            async def ask():
                reader, writer = await asyncio.open_connection(*listener.getsockname())
                writer.write(b"question")
                writer.write_eof()
                answer = await reader.read()
                writer.close()
                return answer

            call = Call(lambda: asyncio.run(ask()))
            with listener.accept()[0] as s:
                s.sendall(read_to_end(s).upper())
            self.assertEqual(call.result(), b"QUESTION")


if __name__ == "__main__":
    unittest.main()
