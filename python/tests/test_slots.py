"""The places of a pool: who takes one, and when it comes back."""

import errno
import gc
import os
import re
import socket
import warnings
import weakref

import socketpool

from . import support
from .both import closed_port, on_both, outcome
from .waiting import Call, open_descriptors

NO_PLACE = "^Out of sockets"


@on_both
class OutOfSocketsTests:
    def test_a_full_pool(self):
        pool = socketpool.SocketPool(socketpool._HostNetwork(max_sockets=3)) if self.is_ours else self.pool
        sockets = [self.keep(pool.socket()) for _ in range(3)]
        answer = outcome(lambda: sockets.append(self.keep(pool.socket())))
        self.assertEqual(answer, self.differs("out-of-sockets", None, RuntimeError))


class SlotTests(support.TestCase):
    def setUp(self):
        self.radio = socketpool._HostNetwork(max_sockets=4)
        self.pool = socketpool.SocketPool(self.radio)

    def taken(self):
        return int(re.search(r": (\d+) of 4 sockets", repr(self.pool))[1])

    def listener(self):
        s = self.pool.socket()
        s.bind(("127.0.0.1", 0))
        s.listen()
        s.settimeout(20)
        return s

    def test_exhaustion_names_every_holder(self):
        s = self.listener()
        others = [self.pool.socket(type=self.pool.SOCK_DGRAM) for _ in range(3)]
        with self.assertRaisesRegex(RuntimeError, NO_PLACE) as caught:
            self.pool.socket()
        text = str(caught.exception)
        for holder in (s, *others):
            self.assertRegex(text, rf"\n +{re.search(r'#([0-9]+)', repr(holder))[1]} +(tcp|udp)4 ")
        self.assertIn(str(s.getsockname()[1]), text)
        for holder in (s, *others):
            holder.close()

    def test_the_place_is_free_when_close_returns(self):
        for _ in range(50):
            sockets = [self.pool.socket() for _ in range(4)]
            self.assertRaisesRegex(RuntimeError, NO_PLACE, self.pool.socket)
            for s in sockets:
                s.close()
                s.close()
            self.assertEqual(self.taken(), 0)

    def test_when_with_ends(self):
        for _ in range(10):
            with self.pool.socket(), self.pool.socket(), self.pool.socket(), self.pool.socket():
                self.assertEqual(self.taken(), 4)
            self.assertEqual(self.taken(), 0)

    def test_when_detach_returns(self):
        for _ in range(10):
            os.close(self.pool.socket().detach())
        self.assertEqual(self.taken(), 0)

    def test_when_the_last_reference_goes_and_it_warns(self):
        for _ in range(10):
            with warnings.catch_warnings(record=True) as caught:
                warnings.simplefilter("always")
                s = self.pool.socket()
                number = re.search(r"#\d+", repr(s))[0]
                del s
            self.assertEqual(self.taken(), 0)
            self.assertEqual([w.category for w in caught], [ResourceWarning])
            self.assertRegex(str(caught[0].message), f"unclosed <socketpool.Socket {number}, family=2")

    def test_when_a_cycle_is_collected(self):
        class Holder:
            pass

        before = open_descriptors()
        gc.disable()
        try:
            for _ in range(4):
                holder = Holder()
                holder.me, holder.socket = holder, self.pool.socket()
            del holder
            self.assertEqual(self.taken(), 4)
            self.assertRaisesRegex(RuntimeError, NO_PLACE, self.pool.socket)
            with warnings.catch_warnings(record=True) as caught:
                warnings.simplefilter("always")
                gc.collect()
        finally:
            gc.enable()
        self.assertEqual(self.taken(), 0)
        self.assertEqual(open_descriptors(), before)
        self.assertEqual([w.category for w in caught if "socketpool" in str(w.message)], [ResourceWarning] * 4)

    def test_a_socket_in_use_is_not_collected(self):
        with self.listener() as listener:
            def receive():
                s = self.pool.socket()
                s.connect(listener.getsockname())
                reference = weakref.ref(s)
                # Only the call holds it.
                return s.recv_into(bytearray(4)), reference() is s and s.close()

            call = Call(receive)
            with listener.accept()[0] as server:
                call.until_blocked()
                gc.collect()
                server.sendall(b"data")
                self.assertEqual(call.result(), (4, None))

    def test_a_closed_socket_does_not_warn(self):
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            s = self.pool.socket()
            s.close()
            del s
            s = self.pool.socket()
            descriptor = s.detach()
            del s
            gc.collect()
        os.close(descriptor)
        self.assertEqual([w for w in caught if "socketpool" in str(w.message)], [])

    def test_a_warning_that_is_an_error_does_no_harm(self):
        self.run_python("-W", "error", "-c", """
import sys
unraised = []
sys.unraisablehook = lambda u: unraised.append(u.exc_type)
import socketpool
p = socketpool.SocketPool(socketpool._HostNetwork(max_sockets=1))
for i in range(3):
    s = p.socket()
    try:
        raise LookupError
    except LookupError:
        del s
assert unraised == [ResourceWarning] * 3, unraised
""")

    def test_a_failed_connect_keeps_the_place_until_close(self):
        for _ in range(10):
            s = self.pool.socket()
            self.assertEqual(outcome(s.connect, ("127.0.0.1", closed_port())), (ConnectionRefusedError, errno.ECONNREFUSED))
            self.assertEqual(self.taken(), 1)
            s.close()
            self.assertEqual(self.taken(), 0)

    def test_a_socket_that_was_not_made_takes_none(self):
        for arguments in ((99,), (2, 99), (2, 2, 6), ("x",)):
            self.assertNotIsInstance(outcome(self.pool.socket, *arguments), socketpool.Socket)
        self.assertEqual(self.taken(), 0)

    def test_accepted_sockets_take_one_each(self):
        with self.listener() as listener, socket.create_connection(listener.getsockname()):
            server, _ = listener.accept()
            self.assertEqual(self.taken(), 2)
            server.close()
            self.assertEqual(self.taken(), 1)

    def test_an_accept_without_a_place_leaves_the_connection_waiting(self):
        with self.listener() as listener, socket.create_connection(listener.getsockname()) as client:
            others = [self.pool.socket() for _ in range(3)]
            self.assertRaisesRegex(RuntimeError, NO_PLACE, listener.accept)
            others.pop().close()
            server, address = listener.accept()
            self.assertEqual(address, client.getsockname())
            for s in (server, *others):
                s.close()

    def test_an_accept_whose_result_is_dropped_gives_it_back(self):
        with self.listener() as listener, socket.create_connection(listener.getsockname()) as client:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                listener.accept()
            self.assertEqual(self.taken(), 1)
            client.settimeout(20)
            self.assertEqual(client.recv(1), b"")

    def test_the_budget_of_a_process_of_its_own(self):
        for wrong, error in ((0, ValueError), (-1, ValueError), ("4", TypeError), (2**40, OverflowError)):
            self.assertRaises(error, lambda: socketpool._HostNetwork(max_sockets=wrong))

    def test_two_radios_count_apart(self):
        other = socketpool.SocketPool(socketpool._HostNetwork(max_sockets=1))
        with other.socket():
            self.assertEqual(self.taken(), 0)
            self.assertRaisesRegex(RuntimeError, NO_PLACE, other.socket)

    def test_a_pool_whose_objects_went_is_the_same_budget(self):
        s = self.pool.socket()
        del self.pool
        gc.collect()
        self.pool = socketpool.SocketPool(self.radio)
        self.assertEqual(self.taken(), 1)
        s.close()
        del s, self.pool
        gc.collect()
        self.pool = socketpool.SocketPool(self.radio)
        self.assertEqual(self.taken(), 0)

    def test_a_socket_outlives_the_names_of_its_pool_and_radio(self):
        s = socketpool.SocketPool(socketpool._HostNetwork()).socket()
        gc.collect()
        with s:
            s.bind(("127.0.0.1", 0))
            self.assertGreater(s.getsockname()[1], 0)
