"""The stack over a TAP device against the kernel, in a network namespace of its own. Needs root, ip and unshare; else it is skipped."""

import os
import shutil
import ssl
import subprocess
import sys
import tempfile
import unittest

from . import support
from .test_stack_tls import make_certificate

# Runs in the namespace: the stack has 192.0.2.2, the kernel 192.0.2.1.
START = """
import os, re, socket, socketpool, ssl, stacknetwork, subprocess, sys, threading
def ip(*words):
    subprocess.run(["ip", *words], check=True, timeout=90)
def kernel(name):
    ip("link", "set", "lo", "up")
    ip("address", "add", "192.0.2.1/24", "dev", name)
    ip("address", "add", "2001:db8::1/64", "dev", name, "nodad")
def exactly(s, count):
    data, got = bytearray(count), 0
    while got < count:
        n = s.recv_into(memoryview(data)[got:])
        assert n, (got, count)
        got += n
    return bytes(data)
def beside(call):
    thread = threading.Thread(target=call)
    thread.start()
    return thread
ADDRESSES = ["192.0.2.2/24", "2001:db8::2/64"]
"""
TAP = START + """
radio = stacknetwork.tap("tap0", addresses=ADDRESSES, gateway="192.0.2.1")
kernel("tap0")
pool = socketpool.SocketPool(radio)
"""


def why_not():
    if os.geteuid() != 0:
        return "needs root"
    if not os.path.exists("/dev/net/tun"):
        return "there is no /dev/net/tun"
    for program in ("ip", "unshare"):
        if not shutil.which(program):
            return f"{program} is not on the PATH"
    done = subprocess.run(["unshare", "-n", "ip", "tuntap", "add", "tap0", "mode", "tap"], capture_output=True, text=True, timeout=90)
    return None if done.returncode == 0 else f"no TAP device in a namespace: {done.stderr.strip()}"


@unittest.skipIf(why_not(), why_not() or "")
class TapTests(support.TestCase):
    def run_inside(self, code, **changes):
        return support.run_program(["unshare", "-n", sys.executable, "-W", "error", "-c", code], env=support.environment(**changes))

    STREAMS = """
data = os.urandom(1_000_000)
for family, own, theirs in ((2, "192.0.2.2", "192.0.2.1"), (10, "2001:db8::2", "2001:db8::1")):
    # The stack connects to the kernel.
    with socket.create_server((theirs, 0), family=family) as listener, pool.socket(family) as client:
        client.settimeout(20)
        client.connect(listener.getsockname()[:2])
        with listener.accept()[0] as server:
            server.settimeout(20)
            sending = beside(lambda: client.sendall(data))
            assert exactly(server, len(data)) == data
            sending.join()
            sending = beside(lambda: server.sendall(data))
            assert exactly(client, len(data)) == data
            sending.join()
            client.shutdown(1)
            assert server.recv(1) == b""
    # The kernel connects to the stack.
    with pool.socket(family) as listener:
        listener.settimeout(20)
        listener.bind((own, 0))
        listener.listen()
        with socket.create_connection(listener.getsockname()[:2], timeout=90) as client:
            server, address = listener.accept()
            with server:
                assert address[:2] == client.getsockname()[:2]
                client.sendall(b"question")
                assert exactly(server, 8) == b"question"
                server.send(b"answer")
                assert client.recv(10) == b"answer"
    # Datagrams.
    with socket.socket(family, socket.SOCK_DGRAM) as theirs_socket, pool.socket(family, 2) as ours:
        theirs_socket.bind((theirs, 0)); ours.bind((own, 0))
        theirs_socket.settimeout(20); ours.settimeout(20)
        ours.sendto(b"to the kernel", theirs_socket.getsockname()[:2])
        said, address = theirs_socket.recvfrom(100)
        assert said == b"to the kernel" and address[:2] == ours.getsockname()[:2]
        theirs_socket.sendto(b"to the stack", address)
        buffer = bytearray(100)
        count, address = ours.recvfrom_into(buffer)
        assert buffer[:count] == b"to the stack" and address[:2] == theirs_socket.getsockname()[:2]
    s = pool.socket(family)
    try:
        s.connect((theirs, 9))
        raise SystemExit("connected")
    except ConnectionRefusedError:
        s.close()
    assert radio.ping(theirs, timeout=90) > 0
print("done", radio.interface)
"""

    def test_tcp_udp_and_ping_in_both_directions(self):
        self.assertEqual("done tap0\n", self.run_inside(TAP + self.STREAMS))

    def test_over_a_tun_device_as_well(self):
        self.assertEqual("done tun0\n", self.run_inside(START + """
radio = stacknetwork.tun("tun0", addresses=ADDRESSES)
kernel("tun0")
pool = socketpool.SocketPool(radio)
""" + self.STREAMS))

    def test_with_threaded_napi_a_thread_of_the_kernel_takes_the_frames(self):
        found = self.run_inside(START + """
import glob
def has_thread(name):
    return any(open(comm).read().startswith(f"napi/{name}") for comm in glob.glob("/proc/[0-9]*/comm"))
radio = stacknetwork.tap("nap0", addresses=ADDRESSES, threaded_napi=True)
plain = stacknetwork.tap("nap1")
print(has_thread("nap0"), has_thread("nap1"))
radio.close(); plain.close()
""")
        if found == "False False\n":
            self.skipTest("this kernel starts no NAPI thread for a TAP device")
        self.assertEqual("True False\n", found)

    def test_the_device_is_gone_with_the_radio(self):
        self.assertEqual("True False\n", self.run_inside(START + """
radio = stacknetwork.tap("tap0", addresses=ADDRESSES)
def is_there():
    return subprocess.run(["ip", "link", "show", "tap0"], capture_output=True).returncode == 0
there = is_there()
radio.close()
print(there, is_there())
"""))

    def test_a_device_that_cannot_be_opened_is_an_oserror_with_its_name(self):
        self.assertRegex(self.run_inside(START + """
radio = stacknetwork.tap("tap0")
try:
    stacknetwork.tap("tap0")
except OSError as error:
    print(error.errno, error)
radio.close()
"""), "^16 .*tap0")

    def with_certificate(self):
        if not shutil.which("openssl"):
            self.skipTest("openssl is not on the PATH")
        directory = tempfile.mkdtemp()
        self.addCleanup(shutil.rmtree, directory)
        return make_certificate(directory)

    def test_tls_both_ways_with_cpython_s_ssl_on_the_kernel_s_side(self):
        certificate, key = self.with_certificate()
        self.assertEqual("SHOUT SHOUT\n", self.run_inside(TAP + f"""
client_context = ssl.create_default_context(cafile={certificate!r})
server_context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
server_context.load_cert_chain({certificate!r}, {key!r})
def serve(listener):
    server, _ = listener.accept()
    with server:
        buffer = bytearray(100)
        server.sendall(bytes(buffer[:server.recv_into(buffer)]).upper())
def ask(client, address):
    with client:
        client.settimeout(20)
        client.connect(address)
        client.sendall(b"shout")
        buffer = bytearray(100)
        return bytes(buffer[:client.recv_into(buffer)]).decode()
with server_context.wrap_socket(socket.create_server(("192.0.2.1", 0)), server_side=True) as listener:
    serving = beside(lambda: serve(listener))
    first = ask(stacknetwork.ssl_wrap(client_context, pool.socket(), server_hostname="localhost"), listener.getsockname())
    serving.join()
with stacknetwork.ssl_wrap(server_context, pool.socket(), server_side=True) as listener:
    listener.bind(("192.0.2.2", 443)); listener.listen(1)
    serving = beside(lambda: serve(listener))
    second = ask(client_context.wrap_socket(socket.socket(), server_hostname="localhost"), ("192.0.2.2", 443))
    serving.join()
print(first, second)
"""))

    @unittest.skipUnless(os.path.isdir(os.path.join(support.REPOSITORY, "samples")), "the samples are in the repository, not in the sdist")
    def test_samples_run_unchanged(self):
        certificate, key = self.with_certificate()
        samples = os.path.join(support.REPOSITORY, "samples", "python")
        # The servers are on the stack, in a process of their own; who asks is the kernel.
        out = self.run_inside(START + f"""
import urllib.request
def start(sample, **settings):
    settings = {{**os.environ, "SOCKETPOOL_RADIO": "tap:tap0", "SOCKETPOOL_ADDRESS": ",".join(ADDRESSES), "SOCKETPOOL_GATEWAY": "192.0.2.1", **settings}}
    return subprocess.Popen([sys.executable, "-u", os.path.join({samples!r}, sample)], env=settings, stdout=subprocess.PIPE, text=True)
def stop(process):
    process.kill(); process.wait(); process.stdout.close()
with start("http_server.py", HTTP_HOST="192.0.2.2", HTTP_PORT="8080") as server:
    print(server.stdout.readline().strip())
    kernel("tap0")
    with urllib.request.urlopen("http://192.0.2.2:8080/", timeout=90) as response:
        print(response.read().decode().strip())
    stop(server)
with start("tls_server.py", TLS_HOST="192.0.2.2", TLS_PORT="8443", TLS_CERTIFICATE={certificate!r}, TLS_KEY={key!r}) as server:
    print(server.stdout.readline().strip())
    kernel("tap0")
    context = ssl.create_default_context(cafile={certificate!r})
    with socket.create_connection(("192.0.2.2", 8443), timeout=90) as plain, context.wrap_socket(plain, server_hostname="localhost") as client:
        client.sendall(b"abc")
        print(client.recv(100))
    stop(server)
with start("udp_multicast.py") as alone:
    print(alone.stdout.read().strip(), alone.wait(20))
# And a client of TLS on the stack asks a server on the kernel, which waits until it is told where.
serving = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
serving.load_cert_chain({certificate!r}, {key!r})
ip("tuntap", "add", "tap0", "mode", "tap")
kernel("tap0")
with serving.wrap_socket(socket.create_server(("192.0.2.1", 0)), server_side=True) as listener:
    with start("tls_client.py", TLS_HOST="192.0.2.1", TLS_PORT=str(listener.getsockname()[1]), TLS_CA={certificate!r}) as asking:
        with listener.accept()[0] as client:
            client.sendall(client.recv(100).upper())
        print(asking.stdout.read().strip(), asking.wait(20))
""")
        self.assertEqual(["Hello, visitor 1", "b'ABC'", "192.0.2.2 to 239.255.77.1: hello, group 0", "HELLO OVER TLS 0"],
                         [line for line in out.splitlines() if not line.startswith("serving")])


if __name__ == "__main__":
    unittest.main()
