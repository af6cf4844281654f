"""`stacknetwork.simulation()`: programs of several nodes in simulated time."""

import asyncio
import hashlib
import os
import queue
import select
import tempfile
import threading
import time
from concurrent.futures import ThreadPoolExecutor

from . import support

import stacknetwork
from stacknetwork import SimulationError

REAL = time.sleep, time.monotonic, time.time, threading.Lock, threading.RLock, threading.Thread.start, queue.SimpleQueue, select.select


def serve(node, port=80):
    """Answers each connection with what it sends first."""
    with node.pool.socket() as listener:
        listener.bind(("0.0.0.0", port))
        listener.listen(5)
        while True:
            connection, _ = listener.accept()
            with connection:
                buffer = bytearray(1000)
                connection.send(buffer[: connection.recv_into(buffer)])


def ask(node, host, text=b"hello", port=80, timeout=60):
    """What is answered."""
    with node.pool.socket() as client:
        client.settimeout(timeout)
        client.connect((host, port))
        client.send(text)
        buffer = bytearray(1000)
        return bytes(buffer[: client.recv_into(buffer)])


class TimeTests(support.TestCase):
    def test_waits_take_simulated_time(self):
        with stacknetwork.simulation() as net:
            before = time.monotonic()
            time.sleep(36000)
            self.assertAlmostEqual(time.monotonic() - before, 36000, places=3)
            self.assertFalse(threading.Event().wait(1000))
            self.assertFalse(threading.Condition().acquire() is None)
            with self.assertRaises(queue.Empty):
                queue.Queue().get(timeout=1000)
            self.assertFalse(threading.Semaphore(0).acquire(timeout=1000))
            self.assertAlmostEqual(net.now, 39000, places=2)

    def test_clocks_show_it_as_seconds_since_2030(self):
        with stacknetwork.simulation():
            time.sleep(86400 - 60)
            self.assertEqual(time.strftime("%Y-%m-%d %H:%M", time.gmtime()), "2030-01-01 23:59")
            self.assertEqual(int(time.time()), 1893456000 + 86340)
            self.assertEqual(time.time_ns() // 10**9, int(time.time()))

    def test_a_name_that_was_imported_before_is_replaced_too(self):
        namespace = {"__name__": "a_program"}
        exec("from time import sleep, monotonic", namespace)
        import sys
        import types

        module = types.ModuleType("a_program")
        module.__dict__.update(namespace)
        sys.modules["a_program"] = module
        self.addCleanup(sys.modules.pop, "a_program")
        with stacknetwork.simulation():
            module.sleep(5000)
            self.assertAlmostEqual(module.monotonic(), 5000, places=3)
        self.assertIs(module.sleep, REAL[0])

    def test_everything_is_put_back_also_after_a_failure(self):
        with self.assertRaises(ZeroDivisionError):
            with stacknetwork.simulation():
                self.assertIsNot(time.sleep, REAL[0])
                raise ZeroDivisionError
        self.assertEqual(
            (time.sleep, time.monotonic, time.time, threading.Lock, threading.RLock, threading.Thread.start, queue.SimpleQueue, select.select), REAL)

    def test_threads_that_take_no_part_keep_real_time(self):
        seen = []

        def outside():
            go.acquire()
            before = REAL[1]()
            time.sleep(0.02)
            seen.append((time.monotonic() - before, isinstance(threading.Lock(), REAL[3]) if isinstance(REAL[3], type) else True))
            done.release()

        go, done = threading.Lock(), threading.Lock()
        go.acquire(), done.acquire()
        thread = threading.Thread(target=outside)
        thread.start()
        with stacknetwork.simulation():
            go.release()
            done.acquire()
        thread.join()
        self.assertGreaterEqual(seen[0][0], 0.02)

    def test_a_loop_that_looks_at_the_clock_gets_on(self):
        with stacknetwork.simulation() as net:
            end = time.monotonic() + 0.05
            while time.monotonic() < end:
                pass
            self.assertLess(net.now, 0.06)

    def test_timers_barriers_and_executors(self):
        with stacknetwork.simulation() as net:
            seen = []
            timer = threading.Timer(30, lambda: seen.append(round(net.now)))
            timer.start()
            timer.join()
            barrier = threading.Barrier(3)

            def arrive(seconds):
                time.sleep(seconds)
                barrier.wait()
                seen.append(round(net.now))

            threads = [threading.Thread(target=arrive, args=(seconds,)) for seconds in (1, 2, 3)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
            with ThreadPoolExecutor(4) as executor:
                seen += executor.map(lambda n: (time.sleep(n), n)[1], range(3))
            self.assertEqual(seen, [30, 33, 33, 33, 0, 1, 2])

    def test_a_join_with_a_time_limit_returns_when_it_is_up(self):
        with stacknetwork.simulation() as net:
            thread = threading.Thread(target=time.sleep, args=(50,))
            thread.start()
            thread.join(10)
            self.assertEqual((thread.is_alive(), round(net.now)), (True, 10))
            thread.join()
            self.assertEqual((thread.is_alive(), round(net.now)), (False, 50))

    def test_a_lock_is_given_to_who_waits_in_the_order_of_coming(self):
        with stacknetwork.simulation():
            lock, seen = threading.Lock(), []

            def take(name):
                with lock:
                    seen.append(name)
                    time.sleep(1)

            lock.acquire()
            threads = [threading.Thread(target=take, args=(name,)) for name in "abc"]
            for thread in threads:
                thread.start()
            time.sleep(5)
            self.assertFalse(lock.acquire(timeout=5))
            lock.release()
            for thread in threads:
                thread.join()
            self.assertEqual(seen, ["a", "b", "c"])
            self.assertFalse(lock.locked())

    def test_asyncio_s_clock_and_its_threads(self):
        async def program():
            loop = asyncio.get_running_loop()
            before = loop.time()
            await asyncio.gather(*(asyncio.sleep(seconds) for seconds in range(100)))
            with self.assertRaises(asyncio.TimeoutError):
                await asyncio.wait_for(asyncio.Event().wait(), 1000)
            answer = await loop.run_in_executor(None, lambda: (time.sleep(5), 42)[1])
            return answer, round(loop.time() - before)

        with stacknetwork.simulation():
            self.assertEqual(asyncio.run(program()), (42, 1104))

    def test_asyncio_and_select_see_sockets_of_nodes(self):
        with stacknetwork.simulation() as net:
            near, far = net.node("near"), net.node("far")

            def send():
                time.sleep(60)
                with far.pool.socket(type=far.pool.SOCK_DGRAM) as s:
                    s.sendto(b"hi", ("near", 9))

            with near.pool.socket(type=near.pool.SOCK_DGRAM) as s:
                s.bind(("0.0.0.0", 9))
                self.assertEqual(select.select([s], [], [], 5), ([], [], []))
                far.run(send)
                poll = select.poll()
                poll.register(s, select.POLLIN)
                self.assertEqual(len(poll.poll()), 1)
                self.assertAlmostEqual(net.now, 65, places=1)
                s.recvfrom_into(bytearray(10))
                far.run(send)

                async def receive():
                    loop = asyncio.get_running_loop()
                    seen = loop.create_future()
                    loop.add_reader(s.fileno(), lambda: seen.done() or seen.set_result(loop.time()))
                    return await seen

                self.assertAlmostEqual(asyncio.run(receive()), 125, places=1)


class NetworkTests(support.TestCase):
    def test_programs_of_nodes_talk_by_name_over_lossy_links(self):
        with stacknetwork.simulation(seed=3) as net:
            web, desk = net.node("web"), net.node("desk", "10.0.9.9/16")
            net.between(web, desk).loss(0.2)
            web.run(serve, web)
            for _ in range(20):
                self.assertEqual(ask(desk, "web"), b"hello")
            self.assertEqual((desk.address, web.is_running), ("10.0.9.9", True))
            self.assertGreater(net.statistics["frames_lost"], 10)
            self.assertIn("LISTEN", web.netstat())
            self.assertIn("web > desk", net.log)

    def test_a_partition_ends_with_its_block_or_its_time(self):
        with stacknetwork.simulation() as net:
            web, desk = net.node("web"), net.node("desk")
            web.run(serve, web)
            with net.partition(web, desk):
                with self.assertRaises(OSError):
                    ask(desk, web.address, timeout=5)
            ask(desk, web.address)
            before = net.now
            net.partition([web], [desk]).lasting(20)
            ask(desk, web.address)
            self.assertGreater(net.now - before, 20)

    def test_a_rule_takes_its_numbers_and_refuses_wrong_ones(self):
        with stacknetwork.simulation() as net:
            web, desk = net.node("web"), net.node("desk")
            web.run(serve, web)
            ask(desk, web.address)
            for rule in (lambda s: s.delay(0.1, jitter=0.01), lambda s: s.bandwidth(1e6), lambda s: s.duplicate(0.1), lambda s: s.reorder(0.1, 0.02),
                         lambda s: s.burst_loss(0.01, 0.5), lambda s: s.mtu(1400), lambda s: s.on_port(81).cut(), lambda s: s.corrupt(0.01)):
                for scope in (net.between(web, desk), net.path(web, desk), net.at("web"), net.everywhere):
                    with rule(scope):
                        self.assertEqual(ask(desk, web.address), b"hello")
            for wrong in (lambda: net.everywhere.loss(2), lambda: net.everywhere.delay(-1), lambda: net.between("web", "nobody"), lambda: net.everywhere.mtu(0),
                          lambda: net.node("web", "10.0.0.9/16"), lambda: net.node("bad", "10.0.0.300/16"), lambda: net.everywhere.on_port(0)):
                with self.assertRaises(ValueError):
                    result = wrong()
                    getattr(result, "cut", lambda: None)()

    def test_a_crash_ends_the_programs_of_a_node_and_a_restart_starts_them_again(self):
        starts = []

        def program():
            import socketpool
            import wifi

            starts.append((round(net.now), str(wifi.radio.ipv4_address), wifi.radio.hostname))
            pool = socketpool.SocketPool(wifi.radio)
            while True:
                try:
                    with pool.socket() as s:
                        s.bind(("0.0.0.0", 80))
                        s.listen(2)
                        while True:
                            s.accept()[0].close()
                except OSError:
                    time.sleep(0.1)

        with stacknetwork.simulation() as net:
            web, desk = net.node("web"), net.node("desk")
            web.run(program)
            net.after(10, web.crash)
            net.after(20, web.restart)
            seen = []
            for _ in range(30):
                with desk.pool.socket() as client:
                    client.settimeout(1)
                    try:
                        client.connect((web.address, 80))
                        seen.append(1)
                    except OSError:
                        seen.append(0)
                time.sleep(1)
            self.assertEqual(starts, [(0, web.address, "web"), (20, web.address, "web")])
            self.assertGreater(sum(seen), 20)
            self.assertEqual(seen[0], 1)
            self.assertEqual(seen[12:14], [0, 0])
            self.assertEqual(seen[-1], 1)

    def test_a_frozen_node_goes_on_where_it_was(self):
        with stacknetwork.simulation() as net:
            web, desk = net.node("web"), net.node("desk")
            web.run(serve, web)
            ask(desk, web.address)
            before = net.now
            with web.freeze():
                with self.assertRaises(OSError):
                    ask(desk, web.address, timeout=1)
            web.freeze().lasting(30)
            ask(desk, web.address)
            self.assertGreater(net.now - before, 30)

    def test_names_can_fail(self):
        with stacknetwork.simulation() as net:
            web, desk = net.node("web"), net.node("desk")
            net.dns.add("alias.example", web.address)
            self.assertEqual(desk.pool.getaddrinfo("alias.example", 80)[0][4][0], web.address)
            net.dns.answer_with(3)
            with self.assertRaises(OSError):
                desk.pool.getaddrinfo("other.example", 80)
            net.dns.answer_with(None)
            with net.dns.outage():
                with self.assertRaises(OSError):
                    desk.pool.getaddrinfo("third.example", 80)

    def test_files_are_programs_too_each_with_its_own_radio(self):
        with tempfile.TemporaryDirectory() as folder:
            server, client = os.path.join(folder, "server.py"), os.path.join(folder, "client.py")
            with open(server, "w", encoding="utf-8") as file:
                file.write("import wifi, socketpool\np = socketpool.SocketPool(wifi.radio)\ns = p.socket(); s.bind(('0.0.0.0', 7)); s.listen(1)\n"
                           "c, _ = s.accept(); b = bytearray(9); c.send(b[:c.recv_into(b)]); c.close(); s.close()\n")
            with open(client, "w", encoding="utf-8") as file:
                file.write("import time, wifi, socketpool\nfrom time import sleep\nsleep(3)\np = socketpool.SocketPool(wifi.radio)\ns = p.socket()\n"
                           "s.connect(('server', 7)); s.send(b'x'); b = bytearray(9); answer = bytes(b[:s.recv_into(b)]); s.close()\n")
            with stacknetwork.simulation():
                net = stacknetwork._simulation.Simulation._running
                net.node("server").run(server)
                self.assertEqual(net.node("client").run(client).result()["answer"], b"x")
                self.assertGreater(net.now, 3)


class FailureTests(support.TestCase):
    def failure_of(self, body, error=SimulationError, **options):
        with self.assertRaises(error) as caught:
            with stacknetwork.simulation(7, **options) as net:
                body(net)
        return "\n".join([str(caught.exception), *getattr(caught.exception, "__notes__", ())])

    def test_a_deadlock_says_where_each_thread_waits_and_the_seed(self):
        def body(net):
            orders = queue.Queue()

            def consume():
                orders.get()

            net.node("shop").run(consume)
            threading.Event().wait()

        text = self.failure_of(body)
        for part in ("Nothing can go on", 'Thread "main" is at', "in body: threading.Event().wait()", 'Thread "shop" is at', "in consume: orders.get()", "seed 7"):
            self.assertIn(part, text)

    def test_a_deadlock_in_a_socket_shows_the_sockets(self):
        def body(net):
            with net.node("shop").pool.socket() as s:
                s.bind(("0.0.0.0", 80))
                s.listen(1)
                s.accept()

        text = self.failure_of(body)
        self.assertIn("LISTEN", text)
        self.assertIn("s.accept()", text)

    def test_two_locks_in_the_wrong_order(self):
        def body(net):
            first, second = threading.Lock(), threading.Lock()

            def run(one, other):
                with one:
                    time.sleep(1)
                    with other:
                        pass

            net.run(run, first, second, name="one")
            net.run(run, second, first, name="two").join()

        self.assertIn('Thread "main" waits: the end of thread \'two\'', self.failure_of(body))

    def test_what_ends_a_program_fails_the_simulation(self):
        def body(net):
            net.node("shop").run(lambda: (time.sleep(3), 1 / 0))
            time.sleep(10)

        text = self.failure_of(body, ZeroDivisionError)
        self.assertIn("program 'shop'", text)

    def test_the_program_s_failure_is_the_cause_of_a_deadlock_that_follows(self):
        def body(net):
            ready = threading.Event()
            net.node("shop").run(lambda: (1 / 0, ready.set()))
            ready.wait()

        self.assertIn("Then the simulation could not go on", self.failure_of(body, ZeroDivisionError))

    def test_a_result_raises_what_the_program_raised(self):
        with stacknetwork.simulation() as net:
            with self.assertRaises(KeyError):
                net.run(lambda: {}["x"]).result()
            with self.assertRaises(TimeoutError):
                net.run(time.sleep, 100).result(5)

    def test_a_wait_for_something_real_is_reported(self):
        def body(net):
            real = stacknetwork._virtual_threads._allocate_lock()
            real.acquire()
            real.acquire(timeout=4)  # 10 looks of the watch, which come seldom on a busy machine
            time.sleep(1)

        self.assertIn('"main" blocks in something that is not simulated', self.failure_of(body, stall_timeout=0.1))

    def test_time_without_end_is_reported(self):
        def body(net):
            while True:
                time.sleep(1)

        self.assertIn("has not ended after", self.failure_of(body, max_duration=100))

    def test_threads_that_wait_end_with_the_simulation(self):
        ended = []

        def wait(net):
            try:
                time.sleep(10**6)
            finally:
                ended.append(net.seed)

        with stacknetwork.simulation() as net:
            thread = threading.Thread(target=wait, args=(net,))
            thread.start()
            time.sleep(1)
        self.assertEqual(ended, [1])
        thread.join()

    def test_one_at_a_time(self):
        with stacknetwork.simulation() as net:
            with self.assertRaises(RuntimeError):
                with stacknetwork.simulation():
                    pass
            time.sleep(1)
            self.assertEqual(round(net.now), 1)

    def test_wrong_arguments(self):
        for error, options in ((TypeError, {"seed": "x"}), (ValueError, {"seed": 2**40}), (ValueError, {"max_duration": 0}), (ValueError, {"stall_timeout": -1})):
            with self.assertRaises(error):
                stacknetwork.simulation(**options)
        with stacknetwork.simulation():
            with self.assertRaises(ValueError):
                time.sleep(-1)
            with self.assertRaises(TypeError):
                time.sleep("1")
            with self.assertRaises(ValueError):
                stacknetwork._simulation.Simulation._running.node("a,b")
            with self.assertRaises(FileNotFoundError):
                stacknetwork._simulation.Simulation._running.node("a").run("/nowhere.py")
        with self.assertRaises(OSError):
            with stacknetwork.simulation(capture="/nowhere/x.pcapng"):
                pass


PROGRAM = """
import hashlib, queue, random, sys, threading, time
import stacknetwork

def serve(node):
    s = node.pool.socket(); s.bind(("0.0.0.0", 80)); s.listen(5)
    while True:
        c, _ = s.accept(); threading.Thread(target=answer, args=(c,)).start()

def answer(c):
    b = bytearray(1000)
    with c:
        while n := c.recv_into(b):
            c.send(b[:n]); time.sleep(random.random() / 100)

def ask(node, results):
    with node.pool.socket() as c:
        c.settimeout(120); c.connect(("web", 80)); b = bytearray(1000)
        for i in range(20):
            if i == 10 and node.name == "client0":
                net.partition("web", node).lasting(5)
            c.send(b"x" * random.randrange(1, 900)); results.put((node.name, c.recv_into(b))); time.sleep(0.05)

with stacknetwork.simulation(int(sys.argv[1]), capture=sys.argv[2]) as net:
    web = net.node("web"); results = queue.Queue(); lock = threading.Lock()
    net.everywhere.loss(0.05); net.everywhere.delay(0.01, jitter=0.005)
    web.run(serve, web)
    clients = [net.node(f"client{i}") for i in range(4)]
    programs = [client.run(ask, client, results) for client in clients]
    for program in programs:
        program.join()
print(hashlib.sha256(open(sys.argv[2], "rb").read()).hexdigest(), results.qsize())
"""


class SeedTests(support.TestCase):
    time_limit = 260

    def test_a_seed_gives_the_same_bytes_in_every_process(self):
        with tempfile.TemporaryDirectory() as folder:
            def run(seed, hash_seed):
                return self.run_python("-c", PROGRAM, str(seed), os.path.join(folder, "x.pcapng"), env=support.environment(PYTHONHASHSEED=str(hash_seed)))

            self.assertEqual(len({run(5, hash_seed) for hash_seed in range(1, 13)}), 1)
            self.assertNotEqual(run(5, 1), run(6, 1))

    def test_a_seed_gives_the_same_bytes_in_one_process(self):
        digests = set()
        with tempfile.TemporaryDirectory() as folder:
            for _ in range(10):
                path = os.path.join(folder, "x.pcapng")
                with stacknetwork.simulation(2, capture=path) as net:
                    web, desk = net.node("web"), net.node("desk")
                    net.between(web, desk).loss(0.1)
                    web.run(serve, web)
                    for _ in range(5):
                        ask(desk, "web")
                with open(path, "rb") as file:
                    digests.add(hashlib.sha256(file.read()).hexdigest())
        self.assertEqual(len(digests), 1)

    def test_random_numbers_follow_the_seed_and_are_put_back(self):
        import random

        random.seed(99)
        expected = random.random()
        random.seed(99)
        seen = []
        for _ in range(2):
            with stacknetwork.simulation(4) as net:
                seen.append((random.random(), net.random("a").random(), net.random("b").random()))
        self.assertEqual(seen[0], seen[1])
        self.assertEqual(len(set(seen[0])), 3)
        self.assertEqual(random.random(), expected)
