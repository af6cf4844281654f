"""Processes: children beside the module, exit with a thread that waits, fork, interpreters that end and start again."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import unittest

from . import support
from .both import POOL, recv_exactly
from .waiting import Call

START = """
import gc, os, signal, socketpool, sys, threading
radio = socketpool._HostNetwork()
pool = socketpool.SocketPool(radio)
"""


class SubprocessTests(support.TestCase):
    def test_subprocess_works_beside_the_module(self):
        with POOL.socket() as s:
            s.bind(("127.0.0.1", 0))
            s.listen()
            for _ in range(5):
                self.assertEqual(subprocess.run([sys.executable, "-c", "print(6 * 7)"], capture_output=True, check=True).stdout, b"42\n")
            with subprocess.Popen(["sh", "-c", "exit 3"]) as child:
                self.assertEqual(child.wait(), 3)
            with subprocess.Popen(["cat"], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as child:
                self.assertEqual(child.communicate(b"through")[0], b"through")

    def test_a_child_gets_no_descriptor_of_ours(self):
        with POOL.socket() as s:
            self.assertFalse(os.get_inheritable(s.fileno()))
            with POOL.socket() as listener:
                listener.bind(("127.0.0.1", 0))
                listener.listen()
                s.connect(listener.getsockname())
                with listener.accept()[0] as server:
                    self.assertFalse(os.get_inheritable(server.fileno()))

    def test_child_handlers_and_their_status_are_left_alone(self):
        for number in (signal.SIGCHLD, signal.SIGPIPE, signal.SIGINT, signal.SIGTERM, signal.SIGQUIT, signal.SIGCONT):
            out = self.run_python("-c", f"import signal; before = signal.getsignal({int(number)})" + START
                                  + f"pool.socket().close(); assert signal.getsignal({int(number)}) == before")
            self.assertEqual(out, "")

    def test_sigpipe_does_not_kill(self):
        self.run_python("-c", START + """
signal.signal(signal.SIGPIPE, signal.SIG_DFL)
s = pool.socket()
try:
    s.send(b"x")
except BrokenPipeError:
    s.close()
""")

    def test_sigterm_ends_a_process_that_waits(self):
        process = self.start_python("-u", "-c", START + """
s = pool.socket(type=pool.SOCK_DGRAM)
s.bind(("127.0.0.1", 0))
print("waiting")
s.recv_into(bytearray(1))
""")
        self.assertEqual(process.stdout.readline(), "waiting\n")
        process.terminate()
        self.assertEqual(process.wait(20), -signal.SIGTERM)


class ExitTests(support.TestCase):
    waiting = START + """
started = threading.Event()
def wait(call):
    global waiting
    waiting = threading.get_native_id()
    started.set()
    call()
"""

    def test_with_a_thread_that_waits(self):
        for call in ("s.recv_into(bytearray(8))", "s.recvfrom_into(bytearray(8))", "t.accept()"):
            for seconds in (None, 1000):
                self.assertEqual(self.run_python("-X", "faulthandler", "-c", self.waiting + f"""
s, t = pool.socket(type=2), pool.socket()
for each in s, t:
    each.settimeout({seconds})
    each.bind(("127.0.0.1", 0))
t.listen()
threading.Thread(target=wait, args=(lambda: {call},), daemon=True).start()
started.wait()
while open(f"/proc/self/task/{{waiting}}/stat").read().split()[2] != "S":
    pass
"""), "")

    def test_with_many_threads_in_the_middle_of_calls(self):
        self.run_python("-X", "faulthandler", "-c", self.waiting + """
def spin():
    s = pool.socket(type=2)
    s.bind(("127.0.0.1", 0))
    started.set()
    while True:
        s.sendto(b"x", s.getsockname())
        s.recv_into(bytearray(8))
for _ in range(8):
    threading.Thread(target=spin, daemon=True).start()
started.wait()
""")

    def test_with_open_sockets_in_globals_and_cycles(self):
        out = self.run_python("-c", START + """
s = pool.socket(); t = [pool.socket()]; t.append(t)
class Late:
    def __del__(self, pool=pool):
        pool.socket().close()
late = Late()
""")
        self.assertEqual(out, "")

    def test_os_exit_and_sys_exit(self):
        self.run_python("-c", START + "s = pool.socket(); os._exit(7)", status=7)
        self.run_python("-W", "ignore", "-c", START + "s = pool.socket(); sys.exit(5)", status=5)


class ForkTests(support.TestCase):
    def in_child(self, function):
        """Runs a function in a forked child, which writes what it raised."""
        read, write = os.pipe()
        child = os.fork()
        if child == 0:
            status = 1
            try:
                signal.alarm(20)
                function()
                status = 0
            except BaseException as e:
                os.write(write, f"{type(e).__name__}: {e}".encode())
            finally:
                os._exit(status)
        os.close(write)
        with os.fdopen(read, "rb") as pipe:
            text = pipe.read()
        status = os.waitpid(child, 0)[1]
        self.assertEqual((os.waitstatus_to_exitcode(status), text), (0, b""))

    def pair(self):
        with POOL.socket() as listener:
            listener.bind(("127.0.0.1", 0))
            listener.listen()
            client = POOL.socket()
            client.settimeout(20)
            client.connect(listener.getsockname())
            server = listener.accept()[0]
            server.settimeout(20)
        self.addCleanup(client.close)
        self.addCleanup(server.close)
        return client, server

    def test_the_child_uses_its_sockets(self):
        client, server = self.pair()

        def child():
            client.sendall(b"from the child")
            assert recv_exactly(client, 6) == b"answer"

        answering = Call(lambda: (recv_exactly(server, 14), server.sendall(b"answer")))
        self.in_child(child)
        self.assertEqual(answering.result()[0], b"from the child")

    def test_the_child_makes_and_closes_sockets(self):
        client, server = self.pair()

        def child():
            import gc
            import socketpool
            client.close()
            server.close()
            for _ in range(2000):
                with POOL.socket() as s:
                    s.bind(("127.0.0.1", 0))
            with socketpool.SocketPool(socketpool._HostNetwork()).socket() as s:
                s.bind(("127.0.0.1", 0))
                s.listen()
                with POOL.socket() as c:
                    c.settimeout(10)
                    c.connect(s.getsockname())
                    s.accept()[0].close()
            gc.collect()

        self.in_child(child)
        # The parent's are still open.
        client.sendall(b"alive")
        self.assertEqual(recv_exactly(server, 5), b"alive")

    def test_the_child_looks_up_names(self):
        POOL.getaddrinfo("localhost", 1)
        self.in_child(lambda: POOL.getaddrinfo("localhost", 1))

    def test_much_garbage_in_the_child(self):
        # Rows of getaddrinfo and text of errors are .NET's: its collector has to run, with no other thread left.
        def child():
            for _ in range(30_000):
                repr(POOL)
                POOL.getaddrinfo("127.0.0.1", 80)
            s = POOL.socket()
            for _ in range(30_000):
                try:
                    s.getpeername()
                except OSError:
                    pass
            s.close()

        self.in_child(child)

    def test_while_other_threads_wait_and_work(self):
        client, server = self.pair()
        client.settimeout(None)
        stop = []

        def work():
            while not stop:
                POOL.getaddrinfo("127.0.0.1", 80)
                POOL.socket().close()

        waiting = Call(client.recv_into, bytearray(4)).until_blocked()
        working = [Call(work) for _ in range(3)]

        def child():
            server.close()
            for _ in range(300):
                POOL.socket().close()
                POOL.getaddrinfo("127.0.0.1", 80)
            client.close()

        try:
            for _ in range(10):
                self.in_child(child)
        finally:
            stop.append(True)
        server.sendall(b"data")
        self.assertEqual(waiting.result(), 4)
        for call in working:
            call.result()

    def test_the_child_exits_as_python_does(self):
        out = self.run_python("-c", START + """
a = pool.socket(); b = pool.socket()
child = os.fork()
if child == 0:
    a.close(); b.close()
    del a, b
    gc.collect()
    sys.exit(0)
assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
a.close(); b.close()
""")
        self.assertEqual(out, "")

    def test_multiprocessing_by_fork(self):
        self.run_python("-c", START + """
import multiprocessing
def child(q):
    with pool.socket() as s:
        s.bind(("127.0.0.1", 0))
        q.put(s.getsockname()[0])
context = multiprocessing.get_context("fork")
q = context.Queue()
p = context.Process(target=child, args=(q,))
p.start()
assert q.get(timeout=90) == "127.0.0.1"
p.join(20)
assert p.exitcode == 0
""")


class InterpreterTests(support.TestCase):
    def test_sub_interpreters_get_an_import_error(self):
        try:
            import _xxsubinterpreters as interpreters
        except ImportError:
            self.skipTest("this Python has no _xxsubinterpreters")
        for before in ("", "import socketpool"):
            out = self.run_python("-c", before + f"""
import _xxsubinterpreters as interpreters
i = interpreters.create()
interpreters.run_string(i, '''
import sys
sys.path[:] = {sys.path!r}
try:
    import socketpool
except ImportError as e:
    print(e)
''')
interpreters.destroy(i)
import socketpool
socketpool.SocketPool(socketpool._HostNetwork()).socket().close()
print("still works")
""")
            self.assertRegex(out, "^socketpool works in the main interpreter only.*\nstill works\n$")
        del interpreters

    def test_an_interpreter_that_is_finalised_and_started_again(self):
        config = "/usr/bin/python3-config" if os.path.exists("/usr/bin/python3-config") else shutil.which("python3-config")
        compiler = shutil.which("gcc") or shutil.which("clang")
        if not config or not compiler:
            self.skipTest("needs python3-config (python3-dev) and a C compiler")
        flags = subprocess.run([config, "--embed", "--cflags", "--ldflags"], capture_output=True, text=True)
        if flags.returncode != 0:
            self.skipTest(f"{config} --embed: {flags.stderr}")
        with tempfile.TemporaryDirectory() as folder:
            source, program = os.path.join(folder, "again.c"), os.path.join(folder, "again")
            with open(source, "w") as f:
                f.write(AGAIN)
            built = subprocess.run([compiler, "-o", program, source, *flags.stdout.split()], capture_output=True, text=True)
            if built.returncode != 0:
                self.skipTest("no program can embed this Python: " + built.stderr[-300:])
            out = support.run_program([program], env=support.environment(PYTHONHOME=None))
        self.assertEqual(out, "round 0\nround 1\nround 2\n")

    def test_importing_twice_is_one_module(self):
        self.run_python("-c", """
import sys, socketpool
first = socketpool
radio = socketpool._HostNetwork()
pool = socketpool.SocketPool(radio)
del sys.modules["socketpool"]
import socketpool
p = socketpool.SocketPool(socketpool._HostNetwork())
with p.socket() as s, pool.socket() as t:
    s.bind(("127.0.0.1", 0)); s.listen(); t.connect(s.getsockname())
    repr(s), repr(t), repr(pool)
    s.accept()[0].close()
assert socketpool is not first
for name in ("SocketPool", "Socket", "_HostNetwork"):
    assert getattr(first, name) is getattr(socketpool, name), name
assert first.SocketPool(radio) is pool and socketpool.SocketPool(radio) is pool
""")


AGAIN = r"""
#include <Python.h>
static const char *program =
    "import socketpool\n"
    "p = socketpool.SocketPool(socketpool._HostNetwork())\n"
    "kept = [p.socket()]\n"
    "with p.socket() as s, p.socket() as c:\n"
    "    s.bind(('127.0.0.1', 0)); s.listen(); s.settimeout(20)\n"
    "    c.connect(s.getsockname())\n"
    "    a = s.accept()[0]; a.sendall(b'again'); b = bytearray(5)\n"
    "    assert c.recv_into(b) == 5 and b == b'again'\n"
    "    a.close()\n"
    "    try: c.send('text')\n"
    "    except TypeError: pass\n"
    "try: p.getaddrinfo('<nobody>', 1)\n"
    "except p.gaierror: pass\n"
    "else: raise SystemExit('resolved')\n";

int main(void)
{
    for (int i = 0; i < 3; i++) {
        Py_Initialize();
        if (PyRun_SimpleString(program) != 0) return 1;
        if (Py_FinalizeEx() != 0) return 2;
        printf("round %d\n", i);
        fflush(stdout);
    }
    return 0;
}
"""


if __name__ == "__main__":
    unittest.main()
