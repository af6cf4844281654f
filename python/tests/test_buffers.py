"""Memory that calls fill and send."""

import array
import ctypes
import errno
import mmap
import select
import tempfile
import threading

from .both import on_both, outcome, recv_exactly
from .waiting import Call


@on_both
class ReceiveBufferTests:
    names = ("recv_into", "recvfrom_into")

    def receive(self, name, data, buffer, *size):
        """Receives data, which is there already, on a stream and as a datagram; how many bytes came, each time the same."""
        client, server = self.pair()
        client.sendall(data)
        select.select([server.fileno()], [], [], 20)
        answer = getattr(server, name)(buffer, *size)
        return answer if name == "recv_into" else answer[0]

    def test_any_writable_memory(self):
        data = bytes(range(1, 49))
        mapped = mmap.mmap(-1, 48)
        whole = bytearray(64)
        shaped = memoryview(bytearray(48)).cast("B", (2, 3, 8))
        zero_d = (ctypes.c_char * 48)()
        for name in self.names:
            for buffer, view in ((bytearray(48), None), (memoryview(bytearray(48)), None), (memoryview(whole)[8:56], None),
                                 (shaped, shaped.cast("B")), (mapped, None), (zero_d, None),
                                 *((array.array(code, bytes(48)), None) for code in "bBhHiIqQfd")):
                with self.subTest(name=name, buffer=type(buffer)):
                    self.assertEqual(self.receive(name, data, buffer), 48)
                    self.assertEqual(bytes(memoryview(buffer).cast("B")), data)
        del view, buffer
        self.assertEqual(whole[:8], bytes(8))
        self.assertEqual(whole[56:], bytes(8))
        mapped.close()

    def test_sizes_count_bytes_whatever_the_items_are(self):
        buffer = array.array("q", [0] * 4)
        self.assertEqual(self.receive("recv_into", b"x" * 100, buffer), 32)
        self.assertEqual(self.receive("recv_into", b"y" * 100, buffer, 9), 9)
        self.assertEqual(buffer.tobytes(), b"y" * 9 + b"x" * 23)

    def test_size_0_means_the_whole_buffer(self):
        for name in self.names:
            for size in ((), (0,), (False,)):
                self.assertEqual(self.receive(name, b"z" * 100, bytearray(10), *size), 10)

    def test_bytes_past_the_count_stay_untouched(self):
        for name in self.names:
            buffer = bytearray(b"\xAA" * 32)
            self.assertEqual(self.receive(name, b"short", buffer), 5)
            self.assertEqual(buffer, b"short" + b"\xAA" * 27)
            buffer = bytearray(b"\xAA" * 32)
            self.assertEqual(self.receive(name, b"longer than that", buffer, 6), 6)
            self.assertEqual(buffer, b"longer" + b"\xAA" * 26)

    def test_sizes_that_cannot_be(self):
        client, server = self.pair()
        client.sendall(b"kept")
        for name in self.names:
            call = getattr(server, name)
            for buffer, size, error in ((bytearray(4), 5, ValueError), (bytearray(4), 2**70, OverflowError),
                                        (bytearray(4), -2**70, OverflowError), (bytearray(4), 2**62, ValueError), (bytearray(0), 1, ValueError),
                                        (bytearray(4), "1", TypeError), (bytearray(4), None, TypeError), (bytearray(4), 1.0, TypeError)):
                with self.subTest(name=name, size=size):
                    self.assert_raises(error, call, buffer, size)
                    buffer.append(1)  # let go of
        self.assertEqual(recv_exactly(server, 4), b"kept")

    def test_a_negative_size_asks_for_as_many_as_fit(self):
        client, server = self.pair()
        client.sendall(b"kept")
        self.assertEqual(outcome(server.recv_into, bytearray(4), -1), self.differs("negative-size", ValueError, 4))

    def test_the_words_for_a_size_too_long(self):
        with self.assertRaisesRegex(ValueError, "^buffer too small for requested bytes$"):
            self.tcp().recv_into(bytearray(4), 5)

    def test_what_is_no_memory_to_fill(self):
        client, server = self.pair()
        client.sendall(b"kept")
        for name in self.names:
            for buffer in (b"12345678", "12345678", None, 5, [0] * 8, memoryview(b"1234"), memoryview(bytearray(8))[::2],
                           memoryview(bytearray(8))[::-1], memoryview(bytearray(8)).toreadonly(), object()):
                with self.subTest(name=name, buffer=buffer):
                    self.assert_raises(TypeError, getattr(server, name), buffer)
        self.assertEqual(recv_exactly(server, 4), b"kept")

    def test_nothing_to_fill_takes_nothing(self):
        client, server = self.pair()
        client.sendall(b"kept")
        select.select([server.fileno()], [], [], 20)
        self.assertEqual(server.recv_into(bytearray()), 0)
        self.assertEqual(server.recv_into(bytearray(), 0), 0)
        self.assertEqual(server.recv_into(memoryview(bytearray(8))[3:3]), 0)
        self.assertEqual(recv_exactly(server, 4), b"kept")

    def test_nothing_to_fill_does_not_wait(self):
        client, server = self.pair(timeout=None)
        self.assertEqual(server.recv_into(bytearray()), 0)

    def test_a_buffer_keeps_its_size_while_a_call_fills_it(self):
        for name in self.names:
            client, server = self.pair(timeout=None)
            buffer = bytearray(8)
            call = Call(getattr(server, name), buffer).until_blocked()
            self.assert_raises(BufferError, buffer.append, 1)
            self.assert_raises(BufferError, buffer.clear)
            client.sendall(b"12345678")
            call.result()
            self.assertEqual(buffer, b"12345678")
            buffer.append(1)

    def test_a_buffer_is_let_go_when_a_call_fails(self):
        client, server = self.pair(timeout=0)
        buffer = bytearray(8)
        for name in self.names:
            self.assert_raises((BlockingIOError, errno.EAGAIN), getattr(server, name), buffer)
            buffer.append(1)
        server.settimeout(1e-9)
        for name in self.names:
            self.assertEqual(outcome(getattr(server, name), buffer), self.timed_out())
            buffer.append(1)
        server.close()
        for name in self.names:
            self.assert_raises((OSError, errno.EBADF), getattr(server, name), buffer)
            buffer.append(1)

    def test_one_buffer_for_two_calls_at_once(self):
        buffer = bytearray(8)
        one, peer_of_one = self.pair(timeout=None)
        two, peer_of_two = self.pair(timeout=None)
        calls = [Call(s.recv_into, memoryview(buffer)[i:i + 4]).until_blocked() for s, i in ((one, 0), (two, 4))]
        peer_of_two.sendall(b"5678")
        peer_of_one.sendall(b"1234")
        self.assertEqual([c.result() for c in calls], [4, 4])
        self.assertEqual(buffer, b"12345678")


@on_both
class HugeBufferTests:
    def test_sendall_of_more_than_two_gibibytes(self):
        size = 2**31 + 4096
        client, server = self.pair()
        received = 0

        def drain():
            nonlocal received
            buffer = bytearray(2**20)
            while count := server.recv_into(buffer):
                received += count

        # A file of one hole: it takes no room on the disk.
        with tempfile.TemporaryFile() as f:
            f.truncate(size)
            with mmap.mmap(f.fileno(), size, access=mmap.ACCESS_READ) as data:
                reader = threading.Thread(target=drain)
                reader.start()
                try:
                    client.sendall(data)
                finally:
                    client.close()
                    reader.join()
        self.assertEqual(received, size)


@on_both
class SendBufferTests:
    def test_anything_like_bytes(self):
        client, server = self.pair()
        to = self.udp(("127.0.0.1", 0))
        data = bytes(range(48))
        mapped = mmap.mmap(-1, 48)
        mapped.write(data)
        subclass = type("Bytes", (bytes,), {})
        for piece in (data, subclass(data), bytearray(data), memoryview(data), memoryview(b"??" + data)[2:], memoryview(bytearray(data)), mapped,
                      *(array.array(code, data) for code in "bHiqd"), memoryview(data).cast("B", (6, 8))):
            with self.subTest(piece=piece):
                self.assertEqual(client.send(piece), 48)
                self.assertEqual(recv_exactly(server, 48), data)
                self.assertIsNone(client.sendall(piece))
                self.assertEqual(recv_exactly(server, 48), data)
                self.assertEqual(to.sendto(piece, to.getsockname()), 48)
                self.assertEqual(recv_exactly(to, 48), data)
        mapped.close()

    def test_what_is_not_like_bytes(self):
        client, _ = self.pair()
        to = ("127.0.0.1", 9)
        for wrong in ("text", None, 5, 1.0, [1, 2], object(), ()):
            with self.subTest(wrong=wrong):
                self.assert_raises(TypeError, client.send, wrong)
                self.assert_raises(TypeError, client.sendall, wrong)
                self.assert_raises(TypeError, self.udp().sendto, wrong, to)
        with self.assertRaisesRegex(TypeError, "a bytes-like object is required, not 'str'"):
            client.send("text")

    def test_memory_in_steps_is_a_buffer_error(self):
        client, _ = self.pair()
        steps = memoryview(bytearray(8))[::2]
        self.assert_raises(BufferError, client.send, steps)
        self.assert_raises(BufferError, client.sendall, steps)
        self.assert_raises(BufferError, self.udp().sendto, steps, ("127.0.0.1", 9))

    def test_nothing_is_sent(self):
        client, server = self.pair()
        self.assertEqual(client.send(b""), 0)
        self.assertIsNone(client.sendall(b""))
        self.assertIsNone(client.sendall(bytearray()))
        client.sendall(b"after")
        self.assertEqual(recv_exactly(server, 5), b"after")

    def test_a_buffer_keeps_its_size_while_a_call_sends_it(self):
        client, server = self.pair(timeout=None, small=True)
        data = bytearray(20_000_000)
        call = Call(client.sendall, data).until_blocked()
        self.assert_raises(BufferError, data.append, 1)
        server.close()
        self.assertIn(outcome(call.result), ((ConnectionResetError, errno.ECONNRESET), (BrokenPipeError, errno.EPIPE)))
        data.append(1)

    def test_a_buffer_is_let_go_when_a_call_fails(self):
        data = bytearray(b"x")
        s = self.tcp()
        for call in (lambda: s.send(data), lambda: s.sendall(data), lambda: s.sendto(data, ("127.0.0.1", 99999)),
                     lambda: s.sendto(data, "no tuple"), lambda: s.sendto(data, ("<nobody>", 1))):
            self.assertIsNotNone(outcome(call))
            data.append(1)
