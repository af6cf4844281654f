"""Reference counts, in a debug build of CPython: flat over every call and every way it can fail."""

import shutil
import sys
import textwrap

from . import support

# Every call and every failure, by name: run many times each in the debug build.
PROGRAM = r'''
import array, gc, os, socket, sys, warnings
warnings.simplefilter("ignore")
import socketpool

radio = socketpool._HostNetwork(max_sockets=64)
pool = socketpool.SocketPool(radio)
full = socketpool.SocketPool(socketpool._HostNetwork(max_sockets=1))
only = full.socket()
listener = pool.socket(); listener.bind(("127.0.0.1", 0)); listener.listen(); address = listener.getsockname()
client = pool.socket(); client.connect(address); client.settimeout(20)
server = listener.accept()[0]; server.settimeout(20)
quiet = pool.socket(); quiet.connect(address); quiet.setblocking(False)
quiet_server = listener.accept()[0]
idle = pool.socket(); idle.setblocking(False)
udp = pool.socket(type=2); udp.bind(("127.0.0.1", 0)); udp.settimeout(20); here = udp.getsockname()
six = pool.socket(10, 2)
dead = pool.socket(); dead.close()
short = pool.socket(type=2); short.settimeout(1e-9)
waiting = pool.socket(); waiting.bind(("127.0.0.1", 0)); waiting.listen(); waiting.setblocking(False)
buffer, tiny = bytearray(64), bytearray(2)
big = 2**70

class Index:
    def __index__(self): return 0
class Raises:
    def __index__(self): raise LookupError
class Name(str): pass

def connected():
    with pool.socket() as c:
        c.connect(address)
        s, a = listener.accept()
        s.close()

def nonblocking_connect():
    with pool.socket() as c:
        c.setblocking(False)
        try:
            c.connect(address)
        finally:
            listener.accept()[0].close()

def refused(name):
    with pool.socket() as c:
        return getattr(c, name)(("127.0.0.1", refused_port))

def with_socket(f):
    with pool.socket() as c:
        return f(c)

with socket.socket() as s:
    s.bind(("127.0.0.1", 0))
    refused_port = s.getsockname()[1]

def exchange(size=None):
    client.sendall(b"0123456789")
    got = 0
    while got < 10:
        got += server.recv_into(buffer) if size is None else server.recv_into(buffer, size)

def detach():
    os.close(pool.socket().detach())

def subclass():
    class Radio(type(radio)):
        pass
    Radio(), Radio(max_sockets=3)

def wake():
    udp.sendto(b"abc", here)

CALLS = {
    "socket": lambda: pool.socket().close(), "socket keywords": lambda: pool.socket(family=2, type=2, proto=17).close(),
    "socket dropped": lambda: pool.socket() and None,
    "family": lambda: pool.socket(99), "type": lambda: pool.socket(2, 99), "proto": lambda: pool.socket(2, 2, 6), "socket str": lambda: pool.socket("x"),
    "socket big": lambda: pool.socket(big), "socket many": lambda: pool.socket(1, 2, 3, 4), "socket keyword": lambda: pool.socket(port=1),
    "socket twice": lambda: pool.socket(2, family=2), "full": lambda: full.socket(),
    "Socket": lambda: socketpool.Socket(), "pool again": lambda: socketpool.SocketPool(radio), "pool keyword": lambda: socketpool.SocketPool(radio=radio),
    "pool new": lambda: socketpool.SocketPool(socketpool._HostNetwork()), "pool wrong": lambda: socketpool.SocketPool(None), "pool none": lambda: socketpool.SocketPool(),
    "pool two": lambda: socketpool.SocketPool(radio, radio), "pool nonsense": lambda: socketpool.SocketPool(net=radio), "pool repr": lambda: repr(pool),
    "radio": lambda: socketpool._HostNetwork(interface="lo", max_sockets=5), "radio wrong": lambda: socketpool._HostNetwork(5),
    "radio interface": lambda: socketpool._HostNetwork(interface=5), "radio nonsense": lambda: socketpool._HostNetwork(nonsense=5),
    "radio none": lambda: socketpool._HostNetwork(max_sockets=0), "radio subclass": subclass,
    "getaddrinfo": lambda: pool.getaddrinfo("127.0.0.1", 80), "getaddrinfo module": lambda: socketpool.getaddrinfo("127.0.0.1", "80", type=1),
    "getaddrinfo six": lambda: pool.getaddrinfo("::1", "http"), "getaddrinfo bytes": lambda: pool.getaddrinfo(b"127.0.0.1", b"80"),
    "getaddrinfo None": lambda: pool.getaddrinfo(None, None), "getaddrinfo name": lambda: pool.getaddrinfo("localhost", 80),
    "getaddrinfo unknown": lambda: pool.getaddrinfo("<nobody>", 80), "getaddrinfo wrong": lambda: pool.getaddrinfo(5, 80),
    "getaddrinfo port": lambda: pool.getaddrinfo("127.0.0.1", 65536), "getaddrinfo flag": lambda: pool.getaddrinfo("127.0.0.1", 80, 0, 0, 0, None),
    "getaddrinfo few": lambda: pool.getaddrinfo("127.0.0.1"), "getaddrinfo keywords": lambda: pool.getaddrinfo(host="127.0.0.1", port=Index(), flags=0),
    "getaddrinfo service": lambda: pool.getaddrinfo("127.0.0.1", "no-such-service"), "getaddrinfo canonical": lambda: pool.getaddrinfo("127.0.0.1", 80, flags=2),
    "getaddrinfo null": lambda: pool.getaddrinfo("a\0b", 80), "getaddrinfo surrogate": lambda: pool.getaddrinfo("\ud800", 80),
    "accept": connected, "accept EAGAIN": waiting.accept, "accept closed": dead.accept, "accept EINVAL": idle.accept,
    "accept full": lambda: full_accept(), "connect EINPROGRESS": nonblocking_connect,
    "refused": lambda: refused("connect"), "refused ex": lambda: refused("connect_ex"), "connect wrong": lambda: idle.connect(None),
    "connect list": lambda: six.connect(["::1", 9, 0, 0]), "connect six": lambda: six.connect(("::1", 9, 1, 0)), "connect six wrong": lambda: six.connect(("::1", 9, 2**20)),
    "connect short": lambda: idle.connect(("127.0.0.1",)), "connect port": lambda: idle.connect(("127.0.0.1", -1)), "connect big": lambda: idle.connect(("127.0.0.1", big)),
    "connect text": lambda: idle.connect(("127.0.0.1", "80")), "connect host": lambda: idle.connect((None, 80)), "connect raises": lambda: idle.connect(("127.0.0.1", Raises())),
    "connect unknown": lambda: idle.connect(("<nobody>", 80)), "connect again": lambda: client.connect(address), "connect null": lambda: idle.connect(("a\0b", 1)),
    "connect bytes": lambda: udp_like(lambda s: s.connect((b"127.0.0.1", 9))), "connect bytearray": lambda: udp_like(lambda s: s.connect((bytearray(b"127.0.0.1"), 9))),
    "connect closed": lambda: dead.connect(address), "connect_ex closed": lambda: dead.connect_ex(address), "connect_ex unknown": lambda: idle.connect_ex(("<nobody>", 1)),
    "bind": lambda: with_socket(lambda s: s.bind((Name("127.0.0.1"), Index()))), "bind used": lambda: with_socket(lambda s: s.bind(address)),
    "bind any": lambda: with_socket(lambda s: s.bind(["", 0])), "bind broadcast": lambda: udp_like(lambda s: s.bind(("<broadcast>", 0))),
    "listen": lambda: with_socket(lambda s: s.listen()), "listen wrong": lambda: idle.listen("1"), "listen big": lambda: idle.listen(big), "listen keyword": lambda: with_socket(lambda s: s.listen(backlog=1)),
    "shutdown": lambda: idle.shutdown(2), "shutdown wrong": lambda: idle.shutdown(None),
    "getsockname": udp.getsockname, "getsockname six": six.getsockname, "getsockname closed": dead.getsockname, "getpeername": client.getpeername, "getpeername none": idle.getpeername,
    "send recv": exchange, "send recv size": lambda: exchange(3), "send str": lambda: client.send("x"), "send None": lambda: client.send(None), "send none": lambda: client.send(),
    "send steps": lambda: client.send(memoryview(buffer)[::2]), "send closed": lambda: dead.send(b"x"), "sendall closed": lambda: dead.sendall(b"x"), "sendall int": lambda: client.sendall(5),
    "send pipe": lambda: idle.send(b"x"), "sendall pipe": lambda: idle.sendall(b"x"), "send empty": lambda: client.send(b""), "send keyword": lambda: client.send(bytes=b""),
    "send nonsense": lambda: client.send(b"", nonsense=1), "send twice": lambda: client.send(b"", bytes=b""),
    "recv EAGAIN": lambda: quiet.recv_into(buffer), "recvfrom EAGAIN": lambda: quiet.recvfrom_into(buffer), "recv long": lambda: client.recv_into(tiny, 3), "recv negative": lambda: quiet.recv_into(tiny, -1),
    "recv big": lambda: client.recv_into(tiny, big), "recv text": lambda: client.recv_into(tiny, "1"), "recv bytes": lambda: client.recv_into(b"12"), "recv None": lambda: client.recv_into(None),
    "recv steps": lambda: client.recv_into(memoryview(buffer)[::2]), "recv empty": lambda: client.recv_into(bytearray()), "recv closed": lambda: dead.recv_into(buffer),
    "recvfrom closed": lambda: dead.recvfrom_into(buffer), "recv time": lambda: short.recv_into(buffer), "recvfrom time": lambda: short.recvfrom_into(buffer),
    "recv index": lambda: client.recv_into(tiny, Raises()), "recvfrom long": lambda: udp.recvfrom_into(tiny, 3), "recv ENOTCONN": lambda: idle.recv_into(buffer),
    "sendto recvfrom": lambda: (wake(), udp.recvfrom_into(buffer)), "sendto array": lambda: (udp.sendto(array.array("i", [1, 2]), here), udp.recvfrom_into(memoryview(buffer)[3:9], 2)),
    "sendto list": lambda: (udp.sendto(b"x", list(here)), udp.recv_into(buffer)), "sendto str": lambda: udp.sendto("x", here), "sendto address": lambda: udp.sendto(b"x", 5),
    "sendto port": lambda: udp.sendto(b"x", ("127.0.0.1", 70000)), "sendto long": lambda: udp.sendto(bytes(70000), here), "sendto unknown": lambda: udp.sendto(b"x", ("<nobody>", 1)),
    "sendto closed": lambda: dead.sendto(b"x", here), "sendto few": lambda: udp.sendto(b"x"), "sendto broadcast": lambda: udp.sendto(b"x", ("<broadcast>", 9)),
    "stream recvfrom": lambda: (client.send(b"x"), server.recvfrom_into(buffer)),
    "settimeout": lambda: (idle.settimeout(None), idle.settimeout(1.5), idle.settimeout(3), idle.settimeout(0)), "settimeout negative": lambda: idle.settimeout(-1),
    "settimeout NaN": lambda: idle.settimeout(float("nan")), "settimeout inf": lambda: idle.settimeout(float("inf")), "settimeout big": lambda: idle.settimeout(10**400),
    "settimeout text": lambda: idle.settimeout("1"), "settimeout complex": lambda: idle.settimeout(0j), "settimeout closed": lambda: dead.settimeout(1), "settimeout index": lambda: udp_like(lambda s: s.settimeout(Index())),
    "gettimeout": client.gettimeout, "gettimeout None": listener.gettimeout, "getblocking": client.getblocking, "setblocking": lambda: idle.setblocking(False),
    "setblocking wrong": lambda: idle.setblocking(None), "setblocking big": lambda: idle.setblocking(big), "setblocking closed": lambda: dead.setblocking(True),
    "setsockopt": lambda: idle.setsockopt(1, 2, 1), "setsockopt bytes": lambda: idle.setsockopt(1, 2, b"\1\0\0\0"), "setsockopt board": lambda: idle.setsockopt(0xFFF, 4, 1),
    "setsockopt text": lambda: idle.setsockopt(1, 2, "1"), "setsockopt big": lambda: idle.setsockopt(1, 2, big), "setsockopt unknown": lambda: idle.setsockopt(6, 999, 1),
    "setsockopt bytes unknown": lambda: idle.setsockopt(6, 999, bytearray(4)), "setsockopt closed": lambda: dead.setsockopt(1, 2, 1), "setsockopt level": lambda: idle.setsockopt(None, 2, 1),
    "getsockopt": lambda: idle.getsockopt(1, 3), "getsockopt bytes": lambda: idle.getsockopt(1, 3, 4), "getsockopt long": lambda: idle.getsockopt(1, 3, 2000), "getsockopt unknown": lambda: idle.getsockopt(6, 999),
    "fileno": client.fileno, "detach": detach, "detach closed": dead.detach, "family": lambda: (client.family, client.type, client.proto), "set type": lambda: setattr(client, "type", 1),
    "repr": lambda: (repr(client), repr(dead), repr(listener), repr(udp)), "hash": lambda: (hash(client), client == server, {client: 1}),
    "with": lambda: with_socket(lambda s: None), "exit": lambda: dead.__exit__(None, None, None), "close": dead.close, "pickle": lambda: client.__reduce_ex__(2),
    "constants": lambda: (pool.AF_INET, pool.gaierror, socketpool.SocketPool.EAI_NONAME), "absent": lambda: client.recv,
}

def udp_like(f):
    with pool.socket(type=2) as s:
        return f(s)

def full_accept():
    # The place of the one socket is its listener's.
    return only_listener.accept()

only.close()
only_listener = only = full.socket()
only.bind(("127.0.0.1", 0)); only.listen(); only.setblocking(False)
one_more = socket.create_connection(only.getsockname())

def run(call):
    try:
        call()
    except Exception:
        pass

def count(call, times):
    for _ in range(times):
        run(call)
    gc.collect()
    return sys.gettotalrefcount()

failed = []
names = sys.argv[1:] or list(CALLS)
for name in names:
    call = CALLS[name]
    count(call, 60)
    # Caches of the interpreter grow now and then; what leaks grows every time, by each call.
    grown = []
    for _ in range(5):
        before = count(call, 1)
        grown.append(count(call, 100) - before)
        if abs(grown[-1]) < 50:
            break
    else:
        failed.append(f"{name}: {grown}")
print(f"{len(names)} calls")
if failed:
    sys.exit("\n".join(failed))
one_more.close()
'''


class ReferenceTests(support.TestCase):
    time_limit = 260

    def test_references_are_flat_over_every_call_and_failure(self):
        debug = shutil.which("python3-dbg")
        if not debug or not hasattr(sys, "executable"):
            self.skipTest("python3-dbg is missing (Debian: apt-get install python3-dbg)")
        out = support.run_program([debug, "-X", "dev", "-W", "ignore", "-c", textwrap.dedent(PROGRAM)], timeout=140)
        self.assertGreater(int(out.split()[0]), 150)

    def test_the_debug_build_finds_no_early_free_in_use(self):
        debug = shutil.which("python3-dbg")
        if not debug:
            self.skipTest("python3-dbg is missing (Debian: apt-get install python3-dbg)")
        # Its allocator fills memory that was freed, and checks the bytes around each block.
        support.run_program([debug, "-X", "dev", "-W", "ignore::ResourceWarning", "-c", """
import gc, threading, weakref, socketpool
pool = socketpool.SocketPool(socketpool._HostNetwork())
class Holder: pass
def work():
    for i in range(200):
        h = Holder()
        h.me, h.socket = h, pool.socket(type=2)
        h.socket.bind(("127.0.0.1", 0))
        h.socket.settimeout(20)
        h.reference = weakref.ref(h.socket, lambda r: None)
        h.socket.sendto(bytearray(b"x"), h.socket.getsockname())
        h.socket.recvfrom_into(bytearray(8))
        if i % 50 == 0:
            gc.collect()
threads = [threading.Thread(target=work) for _ in range(4)]
for t in threads: t.start()
for t in threads: t.join()
del pool
gc.collect()
"""])
