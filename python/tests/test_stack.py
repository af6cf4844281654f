"""The stack as a radio, without root: its loopback, and two radios on a cable. Nothing here leaves the process."""

import asyncio
import errno
import os
import select
import selectors
import signal
import threading
import unittest

from . import support
from .both import outcome, recv_exactly
from .waiting import Call, open_descriptors

import hostnetwork
import socketpool
import stacknetwork

START = """
import os, signal, socketpool, stacknetwork, sys, threading
radio = stacknetwork.loopback()
pool = socketpool.SocketPool(radio)
"""


class StackTestCase(support.TestCase):
    """Two radios on a cable, near and far, closed after each test."""

    def setUp(self):
        super().setUp()
        self.near, self.far = stacknetwork.pair()
        self.addCleanup(self.near.close)
        self.addCleanup(self.far.close)
        self.pool, self.far_pool = socketpool.SocketPool(self.near), socketpool.SocketPool(self.far)

    def keep(self, sock):
        self.addCleanup(sock.close)
        return sock

    def stream_pair(self, host="192.0.2.2", family=2):
        listener = self.keep(self.far_pool.socket(family))
        listener.settimeout(20)
        listener.bind((host, 0))
        listener.listen()
        client = self.keep(self.pool.socket(family))
        client.settimeout(20)
        client.connect(listener.getsockname())
        server = self.keep(listener.accept()[0])
        listener.close()
        return client, server


class SocketTests(StackTestCase):
    def test_streams_carry_bytes_both_ways(self):
        for host, family in (("192.0.2.2", 2), ("2001:db8::2", 10)):
            client, server = self.stream_pair(host, family)
            data = os.urandom(300_000)
            sending = Call(client.sendall, data)
            self.assertEqual(data, recv_exactly(server, len(data)))
            sending.result()
            server.send(b"answer")
            self.assertEqual(b"answer", recv_exactly(client, 6))
            client.shutdown(1)
            self.assertEqual(0, server.recv_into(bytearray(1)))
            self.assertEqual(client.getpeername(), server.getsockname())

    def test_datagrams_tell_their_sender(self):
        far = self.keep(self.far_pool.socket(type=2))
        far.bind(("192.0.2.2", 7))
        near = self.keep(self.pool.socket(type=2))
        near.settimeout(20)
        far.settimeout(20)
        self.assertEqual(5, near.sendto(b"hello", ("192.0.2.2", 7)))
        buffer = bytearray(10)
        count, address = far.recvfrom_into(buffer)
        self.assertEqual((b"hello", "192.0.2.1"), (bytes(buffer[:count]), address[0]))

    def test_errors_have_the_host_s_classes_and_numbers(self):
        s = self.keep(self.pool.socket())
        s.settimeout(20)
        self.assertEqual((ConnectionRefusedError, errno.ECONNREFUSED), outcome(s.connect, ("192.0.2.2", 9)))
        self.assertEqual((OSError, errno.ENETUNREACH), outcome(self.keep(self.pool.socket()).connect, ("198.51.100.1", 9)))
        self.assertEqual((OSError, errno.EADDRNOTAVAIL), outcome(self.keep(self.pool.socket()).bind, ("192.0.2.2", 0)))
        client, server = self.stream_pair()
        client.settimeout(0.01)
        self.assertEqual((TimeoutError, errno.ETIMEDOUT), outcome(client.recv_into, bytearray(1)))
        client.setblocking(False)
        self.assertEqual((BlockingIOError, errno.EAGAIN), outcome(client.recv_into, bytearray(1)))
        client.close()
        self.assertEqual((OSError, errno.EBADF), outcome(client.send, b"x"))
        self.assertEqual(-1, client.fileno())

    def test_options_are_known_by_the_numbers_of_the_host_and_of_boards(self):
        s = self.keep(self.pool.socket())
        for level, name in ((1, 2), (0xFFF, 4)):
            s.setsockopt(level, name, 1)
            self.assertEqual(1, s.getsockopt(1, 2))
            s.setsockopt(level, name, 0)
        s.setsockopt(self.pool.IPPROTO_TCP, self.pool.TCP_NODELAY, 1)
        self.assertEqual((1, 1), (s.getsockopt(6, 1), s.getsockopt(1, 3)))
        u = self.keep(self.pool.socket(type=2))
        u.setsockopt(0, 5, 3)
        self.assertEqual(3, u.getsockopt(0, self.pool.IP_MULTICAST_TTL))
        self.assertEqual((OSError, errno.ENOPROTOOPT), outcome(u.setsockopt, 1, 999, 1))

    def test_close_wakes_a_call_of_another_thread(self):
        client, _ = self.stream_pair()
        client.settimeout(None)
        started = threading.Event()

        def receive():
            started.set()
            return outcome(client.recv_into, bytearray(1))

        waiting = Call(receive)
        started.wait()
        client.close()
        self.assertEqual((OSError, errno.EBADF), waiting.result())

    def test_out_of_sockets_names_the_holders(self):
        with stacknetwork.loopback(max_sockets=1) as radio:
            pool = socketpool.SocketPool(radio)
            with pool.socket():
                self.assertRaisesRegex(RuntimeError, "Out of sockets: radio stack/loopback has 1", pool.socket)
            pool.socket().close()

    def test_a_signal_s_handler_ends_a_call_that_waits(self):
        out = self.run_python("-c", START + """
s = pool.socket(type=2)
s.bind(("127.0.0.1", 1000))
def raises(*_): raise KeyboardInterrupt
signal.signal(signal.SIGALRM, raises)
signal.setitimer(signal.ITIMER_REAL, 0.05)
try:
    s.recv_into(bytearray(1))
except KeyboardInterrupt:
    print("interrupted", pool.socket().close())
s.close()
""")
        self.assertEqual("interrupted None\n", out)

    def test_other_threads_run_while_one_waits(self):
        client, server = self.stream_pair()
        counted = []
        waiting = Call(recv_exactly, client, 1)
        counting = Call(lambda: counted.extend(range(1000)))
        counting.result()
        server.send(b"x")
        self.assertEqual(b"x", waiting.result())
        self.assertEqual(1000, len(counted))


class RadioTests(StackTestCase):
    def test_it_tells_what_a_board_s_radio_tells(self):
        self.assertEqual(("Radio", "stacknetwork"), (type(self.near).__name__, type(self.near).__module__))
        self.assertNotIsInstance(self.near, hostnetwork.HostNetwork)
        self.assertEqual("192.0.2.1 255.255.255.0 None", f"{self.near.ipv4_address} {self.near.ipv4_subnet} {self.near.ipv4_gateway}")
        self.assertEqual(("192.0.2.1", "2001:db8::1"), self.near.addresses)
        self.assertTrue(self.near.connected)
        self.assertEqual(6, len(self.near.mac_address))
        self.assertNotEqual(self.near.mac_address, self.far.mac_address)
        self.assertIsNone(self.near.connect("desk", "correct horse"))
        self.assertEqual("desk", self.near.ap_info.ssid)

    def test_ping_goes_to_the_other_end_and_nowhere_else(self):
        self.assertGreater(self.near.ping("192.0.2.2", timeout=90), 0)
        self.assertGreater(self.near.ping("2001:db8::2", timeout=90), 0)
        self.assertGreater(self.near.ping("127.0.0.1", timeout=90), 0)
        self.assertIsNone(self.near.ping("192.0.2.77", timeout=0.05))
        self.assertIsNone(self.near.ping("198.51.100.1"))

    def test_addresses_gateways_and_name_servers_can_be_changed(self):
        self.near.set_ipv4_address(ipv4="192.0.2.9", netmask="255.255.255.128", gateway="192.0.2.2", ipv4_dns="192.0.2.2")
        self.assertEqual("192.0.2.9 255.255.255.128 192.0.2.2 192.0.2.2", " ".join(
            str(x) for x in (self.near.ipv4_address, self.near.ipv4_subnet, self.near.ipv4_gateway, self.near.ipv4_dns)))
        self.assertGreater(self.near.ping("192.0.2.2", timeout=90), 0)
        self.near.dns = ["192.0.2.3", "2001:db8::3"]
        self.assertEqual(("192.0.2.3", "2001:db8::3"), self.near.dns)

    def test_closing_it_closes_its_sockets(self):
        client, server = self.stream_pair()
        self.near.close()
        self.near.close()
        self.assertEqual((OSError, errno.EBADF), outcome(client.send, b"x"))
        self.assertFalse(self.near.connected)

    def test_wrong_settings_are_said(self):
        for text, make in {
            "addresses: '192.0.2.300/24' is no address": lambda: stacknetwork.loopback(addresses="192.0.2.300/24"),
            "addresses: the network of '192.0.2.1/33' has 0 to 32 bits": lambda: stacknetwork.loopback(addresses=["192.0.2.1/33"]),
            "gateways: 'home' is no address": lambda: stacknetwork._radio.make("loopback", (), "home", (), None, None),
            "gateways: The gateway 192.0.2.1 is on no interface's network": lambda: stacknetwork._radio.make("loopback", (), "192.0.2.1", (), None, None),
            "dns: 'x' is no address": lambda: stacknetwork._radio.make("loopback", (), (), ["x"], None, None),
            "max_sockets is 1 to 65536, not 0": lambda: stacknetwork.loopback(max_sockets=0),
            "link is tap:NAME": lambda: stacknetwork._radio.make("wire", (), (), (), None, None),
        }.items():
            self.assertRaisesRegex(ValueError, text, make)
        self.assertRaisesRegex(TypeError, "use tap", stacknetwork.Radio)


class ReadinessTests(StackTestCase):
    def test_select_sees_what_can_be_read_and_written(self):
        client, server = self.stream_pair()
        self.assertEqual(client.fileno(), client.fileno())
        self.assertEqual(([], [client], []), select.select([client], [client], [], 0))
        server.send(b"ab")
        self.assertEqual(([client], [client], []), select.select([client], [client], [], 20))
        client.recv_into(bytearray(1))
        self.assertEqual([client], select.select([client], [], [], 0)[0])
        client.recv_into(bytearray(1))
        self.assertEqual([], select.select([client], [], [], 0)[0])
        server.close()
        self.assertEqual([client], select.select([client], [], [], 20)[0])
        self.assertEqual(0, client.recv_into(bytearray(1)))

    def test_a_full_stream_is_not_writable_until_the_peer_reads(self):
        client, server = self.stream_pair()
        client.setblocking(False)
        client.fileno()
        sent = 0
        while select.select([], [client], [], 0)[1]:
            try:
                sent += client.send(bytes(100_000))
            except BlockingIOError:
                pass
        self.assertGreater(sent, 0)
        got = 0
        buffer = bytearray(65536)
        while got < sent:
            got += server.recv_into(buffer)
        self.assertEqual([client], select.select([], [client], [], 20)[1])

    def test_a_listener_is_readable_while_somebody_waits(self):
        listener = self.keep(self.far_pool.socket())
        listener.bind(("192.0.2.2", 80))
        listener.listen()
        self.assertEqual([], select.select([listener], [], [], 0)[0])
        client = self.keep(self.pool.socket())
        client.connect(("192.0.2.2", 80))
        self.assertEqual([listener], select.select([listener], [], [], 20)[0])
        self.keep(listener.accept()[0])
        self.assertEqual([], select.select([listener], [], [], 0)[0])

    def test_datagrams_and_connects_that_do_not_block(self):
        far = self.keep(self.far_pool.socket(type=2))
        far.bind(("192.0.2.2", 7))
        with selectors.DefaultSelector() as selector:
            selector.register(far, selectors.EVENT_READ)
            self.assertEqual([], selector.select(0))
            self.keep(self.pool.socket(type=2)).sendto(b"x", ("192.0.2.2", 7))
            self.assertEqual(1, len(selector.select(20)))
            far.recv_into(bytearray(1))
            self.assertEqual([], selector.select(0))
        s = self.keep(self.pool.socket())
        s.setblocking(False)
        self.assertIn(outcome(s.connect, ("192.0.2.2", 9)), [(BlockingIOError, errno.EINPROGRESS), (ConnectionRefusedError, errno.ECONNREFUSED)])
        self.assertEqual([s], select.select([], [s], [], 20)[1])

    def test_asyncio(self):
        client, server = self.stream_pair()
        client.setblocking(False)
        server.setblocking(False)

        async def main():
            loop = asyncio.get_running_loop()
            buffer = bytearray(5)
            receiving = asyncio.ensure_future(loop.sock_recv_into(server, buffer))
            await asyncio.sleep(0)
            await loop.sock_sendall(client, b"async")
            self.assertEqual(5, await asyncio.wait_for(receiving, 20))
            return bytes(buffer)

        self.assertEqual(b"async", asyncio.run(main()))

    def test_descriptors_are_made_when_asked_for_and_go_with_the_socket(self):
        client, server = self.stream_pair()
        before = open_descriptors()
        client.send(b"x")
        recv_exactly(server, 1)
        self.assertEqual(before, open_descriptors())
        client.fileno()
        self.assertEqual(before + 2, open_descriptors())
        client.close()
        self.assertEqual(before, open_descriptors())

    def test_detach_says_what_to_do_instead(self):
        client, _ = self.stream_pair()
        self.assertRaisesRegex(OSError, "stacknetwork.ssl_wrap", client.detach)
        self.assertEqual((OSError, errno.EOPNOTSUPP), outcome(client.detach))


class ForkTests(support.TestCase):
    def test_a_child_gets_errors_and_the_parent_goes_on(self):
        out = self.run_python("-c", START + """
listener = pool.socket(); listener.bind(("127.0.0.1", 80)); listener.listen()
client = pool.socket(); client.connect(("127.0.0.1", 80))
server = listener.accept()[0]
threading.Thread(target=lambda: listener.accept(), daemon=True).start()
for _ in range(20):
    child = os.fork()
    if child == 0:
        signal.alarm(20)
        said = []
        for call in (lambda: client.send(b"x"), lambda: server.recv_into(bytearray(1)), pool.socket, lambda: pool.getaddrinfo("name.example", 80)):
            try:
                call()
            except OSError as error:
                said.append(error.errno)
        try:
            stacknetwork.loopback()
        except RuntimeError as error:
            said.append("forked" in str(error))
        client.close()
        os._exit(0 if said == [9, 9, 100, 100, True] else 1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
client.send(b"alive")
buffer = bytearray(5)
server.recv_into(buffer)
print(buffer.decode())
for s in (client, server, listener):
    s.close()
""")
        self.assertEqual("alive\n", out)

    def test_exit_is_clean_with_a_thread_that_waits(self):
        self.assertEqual("", self.run_python("-X", "faulthandler", "-c", START + """
s = pool.socket(type=2)
s.bind(("127.0.0.1", 7))
started = threading.Event()
def wait():
    started.set()
    s.recv_into(bytearray(1))
threading.Thread(target=wait, daemon=True).start()
started.wait()
"""))


class EnvironmentTests(support.TestCase):
    PROGRAM = """
import socketpool, wifi
wifi.radio.connect("home", "correct horse")
pool = socketpool.SocketPool(wifi.radio)
with pool.socket() as s, pool.socket() as c:
    s.bind(("", 80)); s.listen()
    c.connect((str(wifi.radio.ipv4_address), 80))
    a, (host, port) = s.accept(); a.close()
print(host, wifi.radio.interface, wifi.radio.dns, isinstance(wifi.radio, wifi.Radio), type(wifi.radio).__name__)
"""

    def run_with(self, code, status=0, **changes):
        return self.run_python("-c", code, status=status, env=support.environment(**changes))

    def test_the_radio_is_chosen_without_changing_the_program(self):
        self.assertEqual("127.0.0.1 lo ('192.0.2.1',) True Radio\n", self.run_with(self.PROGRAM, SOCKETPOOL_RADIO="loopback", SOCKETPOOL_DNS="192.0.2.1"))
        self.assertEqual("192.0.2.7 lo () True Radio\n", self.run_with(self.PROGRAM, SOCKETPOOL_RADIO="loopback", SOCKETPOOL_ADDRESS="192.0.2.7/24,2001:db8::7/64"))

    def test_the_host_can_be_named(self):
        self.assertEqual("wifi\n", self.run_with("import wifi; print(type(wifi.radio).__module__)", SOCKETPOOL_RADIO="host"))

    def test_either_module_may_be_imported_first(self):
        for first in ("stacknetwork, wifi", "wifi, stacknetwork"):
            self.assertEqual("True\n", self.run_with(f"import {first}; print(type(wifi.radio) is stacknetwork.Radio)", SOCKETPOOL_RADIO="loopback"))

    def test_a_wrong_value_is_said_with_the_variable_s_name(self):
        for name, value, others in (
            ("SOCKETPOOL_RADIO", "wire", {}), ("SOCKETPOOL_RADIO", "tap:a/b", {}),
            ("SOCKETPOOL_ADDRESS", "nowhere", {"SOCKETPOOL_RADIO": "loopback"}), ("SOCKETPOOL_ADDRESS", "192.0.2.1/24", {}),
            ("SOCKETPOOL_GATEWAY", "192.0.2.1", {"SOCKETPOOL_RADIO": "loopback"}), ("SOCKETPOOL_DNS", "x", {"SOCKETPOOL_RADIO": "loopback"}),
            ("SOCKETPOOL_MAX_SOCKETS", "0", {"SOCKETPOOL_RADIO": "loopback"}), ("SOCKETPOOL_INTERFACE", "lo", {"SOCKETPOOL_RADIO": "loopback"}),
        ):
            with self.subTest(name=name, value=value):
                said = self.run_with("import wifi", status=1, **{name: value}, **others).strip().splitlines()[-1]
                self.assertRegex(said, f"^ValueError: environment variable {name}={value!r}")


if __name__ == "__main__":
    unittest.main()
