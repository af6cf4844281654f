"""The verbs of a socket: one method of CPython's socket each."""

import select
import socket

import names
from interpreter import POLL, Interpreter

CLEAN = 0xEE  # what a buffer holds before a receive; bytes past the count must stay


class Runner(Interpreter):
    def on_bind(self, s, targets, args, name):
        s.bind(self.address(args))
        self.note(name, s)
        return "ok"

    def on_connect(self, s, targets, args, name):
        try:
            s.connect(self.address(args))
        finally:
            self.note(name, s)
        return "ok"

    def on_listen(self, s, targets, args, name):
        s.listen(*map(int, args))
        return "ok"

    def on_accept(self, s, targets, args, name):
        sock, address = s.accept()
        self.keep(targets or ["_"], sock)
        return "ok from " + self.show(address)

    def on_send(self, s, targets, args, name):
        return f"ok {s.send(names.bytes_of(args[0]))}"

    def on_send_some(self, s, targets, args, name):
        data = names.bytes_of(args[0])
        count = s.send(data)
        return "all" if count == len(data) else "some" if count > 0 else "none"

    def on_join(self, s, targets, args, name):
        level, option = names.option("ip" if s.family == socket.AF_INET else "ipv6", "add_membership")
        s.setsockopt(level, option, names.bytes_of(f"group:{args[0]}@{args[1]}"))
        return "ok"

    def on_leave(self, s, targets, args, name):
        level, option = names.option("ip" if s.family == socket.AF_INET else "ipv6", "drop_membership")
        s.setsockopt(level, option, names.bytes_of(f"group:{args[0]}@{args[1]}"))
        return "ok"

    def on_sendall(self, s, targets, args, name):
        s.sendall(names.bytes_of(args[0]))
        return "ok"

    def on_sendto(self, s, targets, args, name):
        try:
            return f"ok {s.sendto(names.bytes_of(args[0]), self.address(args[1:]))}"
        finally:
            self.note(name, s)

    def on_recv_into(self, s, targets, args, name):
        buffer = bytearray([CLEAN]) * int(args[0])
        return self.received(buffer, s.recv_into(buffer, *map(int, args[1:])))

    def on_recvfrom_into(self, s, targets, args, name):
        buffer = bytearray([CLEAN]) * int(args[0])
        count, address = s.recvfrom_into(buffer, *map(int, args[1:]))
        return f"{self.received(buffer, count)} from {self.show(address)}"

    def received(self, buffer, count):
        dirty = " and touched the rest" if any(b != CLEAN for b in buffer[count:]) else ""
        return f"ok {count} {names.show_bytes(buffer[:count])}{dirty}"

    def on_drain(self, s, targets, args, name):
        """Receives so many bytes in all."""
        left, buffer = int(args[0]), bytearray(65536)
        while left > 0:
            count = s.recv_into(buffer, min(left, len(buffer)))
            if count == 0:
                return f"ended {left} bytes early"
            left -= count
        return "ok"

    def on_drip(self, s, targets, args, name):
        """Reads a little now and then until the thread's call has ended."""
        call, buffer = self.vars[args[0]], bytearray(int(args[1]))
        while not call.done.wait(0.05):
            left = len(buffer)
            while left > 0:
                left -= s.recv_into(buffer, left)
        return "ok"

    def on_fill(self, s, targets, args, name):
        """Sends until the buffers on the way are full and stay so: a late ACK may make room again, which poll does not tell."""
        timeout, quiet, poll = s.gettimeout(), 0, select.poll()
        s.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 30000)
        s.settimeout(0)
        poll.register(s, 0)
        while quiet < 2:
            quiet = 0 if self.stuff(s) > 0 else quiet + 1
            poll.poll(100)
        s.settimeout(timeout)
        return "ok"

    def stuff(self, s):
        sent = 0
        try:
            while True:
                sent += s.send(b"x" * 8192)
        except BlockingIOError:
            return sent

    def on_settimeout(self, s, targets, args, name):
        s.settimeout(None if args[0] == "None" else float(args[0]))
        return "ok"

    def on_gettimeout(self, s, targets, args, name):
        timeout = s.gettimeout()
        return "None" if timeout is None else f"{timeout:.3g}"

    def on_setblocking(self, s, targets, args, name):
        s.setblocking(args[0] == "True")
        return "ok"

    def on_getblocking(self, s, targets, args, name):
        return str(s.getblocking())

    def on_setsockopt(self, s, targets, args, name):
        level, option = names.option(args[0], args[1])
        is_number = args[2].lstrip("-").isdigit()
        s.setsockopt(level, option, int(args[2]) if is_number else names.bytes_of(args[2]))
        return "ok"

    def on_getsockopt(self, s, targets, args, name):
        level, option = names.option(args[0], args[1])
        value = s.getsockopt(level, option, *map(int, args[2:]))
        return f"ok {value}" if isinstance(value, int) else f"ok hex:{value.hex()}"

    def on_shutdown(self, s, targets, args, name):
        s.shutdown(names.DIRECTIONS[args[0]])
        return "ok"

    def on_close(self, s, targets, args, name):
        s.close()
        return "ok"

    def on_reset(self, s, targets, args, name):
        """Closes with a reset instead of an end of the stream (SO_LINGER on, 0 seconds)."""
        s.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, bytes.fromhex("0100000000000000"))
        s.close()
        return "ok"

    def on_detach(self, s, targets, args, name):
        descriptor = s.detach()
        if descriptor >= 0:
            socket.close(descriptor)
        return "ok" if descriptor >= 0 else "ok -1"

    def on_getsockname(self, s, targets, args, name):
        self.note(name, s)
        return self.show(s.getsockname())

    def on_getpeername(self, s, targets, args, name):
        return self.show(s.getpeername())

    def on_poll(self, s, targets, args, name):
        poll = select.poll()
        poll.register(s, POLL[args[0]])
        found = poll.poll(None if args[1] == "None" else float(args[1]) * 1000)
        return self.events(found[0][1]) if found else "nothing"

    def on_kind(self, s, targets, args, name):
        return f"family {int(s.family)} type {int(s.type)} proto {s.proto}"

    def on_same(self, s, targets, args, name):
        """Equal to itself only, and a hash for life."""
        before = hash(s)
        s.close()
        other = socket.socket()
        same = (s == s, s != other, hash(s) == before, s in {s: 1})
        other.close()
        return "yes" if all(same) else "no"
