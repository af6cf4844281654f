"""Name look-ups that take long: the resolver asks a name server that never answers, in a network of its own."""

import os
import shutil
import sys
import tempfile
import textwrap
import unittest

from . import support

# The name server is a socket that nobody reads; resolv.conf is this mount namespace's own.
SCRIPT = """
    import os, signal, socket, sys, threading, time
    import socketpool, wifi

    silent = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    silent.bind(("127.0.0.1", 53))
    pool = socketpool.SocketPool(wifi.radio)
    name = ("name.example", 80)

    def outcome(call):
        start = time.monotonic()
        try:
            call()
            return "no error"
        except BaseException as error:
            # The resolver itself gives up after 30 seconds.
            return f"{type(error).__name__} {'soon' if time.monotonic() - start < 20 else 'late'}"

    def interrupt_when_asked():
        # The question has arrived: the look-up is under way.
        silent.recv(512)
        os.kill(os.getpid(), signal.SIGINT)

    for seconds in (None, 60):
        sock = pool.socket()
        sock.settimeout(seconds)
        thread = threading.Thread(target=interrupt_when_asked)
        thread.start()
        print("connect", seconds, outcome(lambda: sock.connect(name)))
        thread.join()
        sock.close()

    thread = threading.Thread(target=interrupt_when_asked)
    thread.start()
    print("getaddrinfo", outcome(lambda: pool.getaddrinfo(*name)))
    thread.join()

    hits = []
    signal.signal(signal.SIGINT, lambda *_: hits.append(1))
    with pool.socket() as sock:
        sock.settimeout(0.7)
        thread = threading.Thread(target=interrupt_when_asked)
        thread.start()
        print("handler", outcome(lambda: sock.connect(name)), len(hits))
        thread.join()
    sys.stdout.flush()
    os._exit(0)
"""


# Connects that give up, to many names and to one; the numbers are of threads that the resolver holds.
MANY = """
    import os, socket, sys, time
    import socketpool, wifi

    silent = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    silent.bind(("127.0.0.1", 53))
    pool = socketpool.SocketPool(wifi.radio)

    def threads():
        names = [open(f"/proc/self/task/{task}/comm").read() for task in os.listdir("/proc/self/task")]
        return sum(name.startswith("socketpool look") for name in names)

    def threads_are(wanted):
        # A thread has its name once it has run.
        end = time.monotonic() + 20
        while threads() != wanted and time.monotonic() < end:
            os.sched_yield()
        return threads()

    def give_up(name):
        with pool.socket() as sock:
            sock.settimeout(0.02)
            try:
                sock.connect((name, 80))
            except OSError as error:
                return error

    errors = [give_up("one.example") for _ in range(50)]
    print(threads_are(1), len({type(e) for e in errors}), "did not end" in str(errors[-1]))
    errors = [give_up(f"name{i}.example") for i in range(100)]
    print(threads_are(64), len({type(e) for e in errors}), "64 lookups of other names were under way" in str(errors[-1]))
    sys.stdout.flush()
    os._exit(0)
"""


@unittest.skipUnless(hasattr(os, "geteuid") and os.geteuid() == 0, "namespaces need root")
@unittest.skipUnless(shutil.which("unshare") and shutil.which("ip"), "unshare or ip is missing")
class SlowLookupTests(support.TestCase):
    def test_control_c_and_deadlines_end_a_look_up(self):
        self.assertEqual(
            ["connect None KeyboardInterrupt soon", "connect 60 KeyboardInterrupt soon", "getaddrinfo KeyboardInterrupt soon", "handler TimeoutError soon 1"],
            self.run_with_silent_server(SCRIPT),
        )

    def test_look_ups_that_were_given_up_share_a_thread_by_name_and_are_limited(self):
        self.assertEqual(["1 1 True", "64 1 True"], self.run_with_silent_server(MANY))

    def run_with_silent_server(self, text):
        with tempfile.TemporaryDirectory() as folder:
            resolv, script = os.path.join(folder, "resolv.conf"), os.path.join(folder, "script.py")
            with open(resolv, "w", encoding="ascii") as file:
                file.write("nameserver 127.0.0.1\noptions timeout:30 attempts:1\n")
            with open(script, "w", encoding="ascii") as file:
                file.write(textwrap.dedent(text))
            shell = 'ip link set lo up && mount --bind "$1" /etc/resolv.conf && exec "$2" "$3"'
            return support.run_program(["unshare", "-n", "-m", "sh", "-c", shell, "sh", resolv, sys.executable, script]).splitlines()


if __name__ == "__main__":
    unittest.main()
