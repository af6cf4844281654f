"""Runs the steps of one case on CPython's socket and writes down what each answers."""

import errno
import os
import queue
import select
import shlex
import signal
import socket
import threading
import time

import names
from waiting import RAISING_SIGNAL, SIGNAL, Call, until_blocked

ERRNO = {**errno.errorcode, errno.EAGAIN: "EAGAIN", errno.EOPNOTSUPP: "EOPNOTSUPP"}  # two names, one number
EAI = {getattr(socket, n): n for n in dir(socket) if n.startswith("EAI_")}
POLL = {"read": select.POLLIN, "write": select.POLLOUT, "both": select.POLLIN | select.POLLOUT, "none": 0}
EVENTS = [(select.POLLIN, "readable"), (select.POLLOUT, "writable"), (select.POLLERR, "error"), (select.POLLHUP, "hangup")]
main_calls = queue.Queue()  # what must run in the main thread, the only one that runs signal handlers


class FromHandler(Exception):
    pass


def raise_it(signum, frame):
    raise FromHandler


def describe(error):
    if isinstance(error, FromHandler):
        return "error of the signal handler"
    if isinstance(error, socket.gaierror):
        return "error " + EAI.get(error.errno, str(error.errno))
    if isinstance(error, TimeoutError):
        return "timeout"
    if isinstance(error, OSError):
        return "error " + ERRNO.get(error.errno, str(error.errno))
    if isinstance(error, (ValueError, OverflowError, TypeError)):
        return "argument error"
    raise error


def split(text):
    lexer = shlex.shlex(text, posix=False, punctuation_chars=False)
    lexer.whitespace_split = True
    lexer.commenters = ""
    lexer.quotes = '"'
    return list(lexer)


class Interpreter:
    def __init__(self):
        self.vars = {}
        self.ports = {}
        self.kept = []  # sockets without a name that live as long as the case
        self.took = 0.0

    def run(self, text):
        words = split(text)
        targets = []
        if "=" in words:
            at = words.index("=")
            targets, words = words[:at], words[at + 1 :]
        start = time.monotonic()
        answer = self.answer(targets, words)
        if words[0] not in ("took", "quick"):
            self.took = time.monotonic() - start
        return answer

    def answer(self, targets, words):
        try:
            return self.do(targets, words[0], words[1:])
        except (FromHandler, OSError, ValueError, OverflowError, TypeError) as e:
            return describe(e)

    def do(self, targets, verb, args):
        if "." not in verb:
            return getattr(self, "do_" + verb)(targets, args)
        name, verb = verb.split(".")
        return getattr(self, "on_" + verb)(self.vars[name], targets, args, name)

    # values

    def port(self, word):
        if not word.startswith("$"):
            return int(word)
        value = self.vars[word[1:]]
        return value if isinstance(value, int) else self.ports[word[1:]]

    def host(self, word):
        count, star, letter = word.partition("*")
        return letter * int(count) if star else word.strip('"')

    def address(self, words):
        return (self.host(words[0]), self.port(words[1]), *map(int, words[2:]))

    def show(self, address):
        if not address:
            return "nobody"
        host, port, *rest = address
        known = [n for n in sorted(self.ports) if self.ports[n] == port]
        text = f"{host.split('%')[0]} " + ("0" if port == 0 else f"${known[0]}" if known else "port")
        return text + "".join(f" {r}" for r in rest)

    def note(self, name, sock):
        try:
            self.ports.setdefault(name, sock.getsockname()[1])
            if self.ports[name] == 0:
                self.ports[name] = sock.getsockname()[1]
        except OSError:
            pass

    def keep(self, targets, *socks):
        for name, sock in zip(targets, socks):
            self.vars[name] = sock
            self.note(name, sock)
        self.kept.extend(socks)
        return "ok"

    # making sockets

    def do_socket(self, targets, args):
        tables = (names.FAMILIES, names.TYPES, names.PROTOCOLS)
        numbers = [names.number(t, w) for t, w in zip(tables, args)]
        return self.keep(targets, socket.socket(*numbers))

    def do_pair(self, targets, args):
        family, kind = names.FAMILIES[args[0]], names.TYPES[args[1]]
        a, b = socket.socket(family, kind), socket.socket(family, kind)
        loopback = "127.0.0.1" if family == socket.AF_INET else "::1"
        if kind == socket.SOCK_STREAM:
            b.bind((loopback, 0))
            b.listen()
            a.connect(b.getsockname()[:2])
            listener, b = b, b.accept()[0]
            listener.close()
        else:
            a.bind((loopback, 0))
            b.bind((loopback, 0))
            a.connect(b.getsockname()[:2])
            b.connect(a.getsockname()[:2])
        return self.keep(targets, a, b)

    def do_listener(self, targets, args):
        return self.keep(targets, self.make_listener(args[0], int(args[1]) if len(args) > 1 else 16))

    def make_listener(self, family, backlog):
        s = socket.socket(names.FAMILIES[family])
        s.bind(("127.0.0.1" if family == "inet" else "::1", 0))
        s.listen(backlog)
        return s

    def do_full_listener(self, targets, args):
        """Its queue is full: the kernel drops every further SYN, as a host behind a broken link would."""
        s = self.make_listener(args[0], 0)
        client = socket.socket(names.FAMILIES[args[0]])
        client.connect(s.getsockname()[:2])
        return self.keep(targets, s, client)

    def do_closed_port(self, targets, args):
        """A port where nobody answers: a bound socket holds it, which for TCP does not listen; for UDP it is closed."""
        s = socket.socket(names.FAMILIES[args[0]], names.TYPES[args[1]])
        s.bind(("127.0.0.1" if args[0] == "inet" else "::1", 0))
        self.vars[targets[0]] = s.getsockname()[1]
        if args[1] == "stream":
            self.kept.append(s)
        else:
            s.close()
        return "ok"

    # waits and threads

    def do_wait(self, targets, args):
        poll, by_fd = select.poll(), {}
        for word in args[1:]:
            name, wish = word.split(":")
            poll.register(self.vars[name], POLL[wish])
            by_fd[self.vars[name].fileno()] = name
        found = poll.poll(None if args[0] == "None" else float(args[0]) * 1000)
        ready = sorted(f"{by_fd[fd]}:{self.events(e)}" for fd, e in found)
        return " ".join(["ok", str(len(ready)), *ready])

    def events(self, bits):
        return "+".join(word for bit, word in EVENTS if bits & bit) or "none"

    def do_start(self, targets, args):
        call = Call(lambda: self.answer([], args))
        self.vars[targets[0]] = call
        call.start()
        return "blocked" if call.wait_until_blocked() else "ended"

    def do_blocked(self, targets, args):
        return "blocked" if self.vars[args[0]].wait_until_blocked() else "ended"

    def do_signal(self, targets, args):
        call = self.vars[args[0]]
        for _ in range(int(args[1]) if len(args) > 1 else 1):
            signal.pthread_kill(call.ident, SIGNAL)
            if not call.wait_until_blocked():
                return "ended"
        return "ok"

    def do_signal_until_end(self, targets, args):
        """Signals again and again, each time when the thread sleeps in the call. A call that starts its time anew never ends."""
        call = self.vars[args[0]]
        end = time.monotonic() + 5
        while not call.done.is_set() and time.monotonic() < end:
            if call.wait_until_blocked(0.1):
                signal.pthread_kill(call.ident, SIGNAL)
        return "ok" if call.done.is_set() else "did not end"

    def do_join(self, targets, args):
        call = self.vars[args[0]]
        call.done.wait(float(args[1]) if len(args) > 1 else 5)
        return call.answer if call.done.is_set() else "still blocked"

    def do_raise_during(self, targets, args):
        """The call runs in the main thread, a signal comes while it is blocked, and its handler raises."""
        started, done, out = threading.Event(), threading.Event(), []

        def call():
            started.set()
            out.append(self.answer([], args))
            done.set()

        main_calls.put(call)
        if until_blocked(lambda: os.getpid() if started.is_set() else 0, done, 12):
            signal.pthread_kill(threading.main_thread().ident, RAISING_SIGNAL)
        done.wait(5)
        return out[0] if out else "did not end"

    def do_took(self, targets, args):
        """Coarse: a machine may be slow, but a call must not end before its time."""
        took, limit = self.took, float(args[-1])
        if len(args) > 1:
            took = self.vars[args[0]].took
        return "too early" if took < limit else "in time" if took < max(20 * limit, 1.0) else "too late"

    def do_quick(self, targets, args):
        """The call before (or a thread's call) did not wait for its timeout, nor for anything else."""
        took = self.vars[args[0]].took if args else self.took
        return "yes" if took < 4 else "no"

    def close(self):
        for sock in [*self.vars.values(), *self.kept]:
            if isinstance(sock, socket.socket):
                sock.close()


def serve_main_thread(stop):
    """The main thread's life: handlers run here, so here are the calls whose handler raises."""
    signal.signal(SIGNAL, lambda signum, frame: None)
    signal.signal(RAISING_SIGNAL, raise_it)
    while not stop.is_set() or not main_calls.empty():
        try:
            main_calls.get(timeout=0.1)()
        except queue.Empty:
            pass
        except FromHandler:
            pass  # the signal came after the call: its transcript shows it
