"""Random programs: sequences of calls that nobody would write, and what CPython answers to each.

A program is made while it runs, so that it only speaks of sockets that exist. It keeps away from what differs by declaration
(docs/differences.md) and from what could wait for ever: every timeout is 0 or short, and connects are non-blocking.
"""

import random

from verbs import Runner

STEPS = 30
HOSTS = {"inet": "127.0.0.1", "inet6": "::1"}


class Program:
    def __init__(self, seed):
        self.random = random.Random(seed)
        self.seed = seed
        self.runner = Runner()
        self.steps = []
        self.open = {}  # name -> "stream" or "dgram"
        self.closed = {}
        self.never_wait = {"l"}  # never with a timeout: a listener, and UDP shut down for reading, differ then
        self.family = self.random.choice(["inet", "inet6"])
        self.host = HOSTS[self.family]

    def step(self, text):
        answer = self.runner.run(text)
        self.steps.append({"text": text, "answer": answer})
        return answer

    def run(self):
        f = self.family
        self.make("a b", f"pair {f} stream", "stream")
        self.make("u v", f"pair {f} dgram", "dgram")
        self.make("l", f"listener {f}", "stream")
        self.make("x", f"socket {f} stream", "stream")
        self.make("y", f"socket {f} dgram", "dgram")
        self.step(f"p = closed_port {f} stream")
        while len(self.steps) < STEPS + 12:
            self.add_one()
        self.runner.close()
        return {"seed": self.seed, "steps": self.steps}

    def make(self, targets, text, kind):
        self.step(f"{targets} = {text}")
        for name in targets.split():
            self.open[name] = kind
            self.step(f"{name}.settimeout 0")

    def add_one(self):
        r = self.random
        every = [*self.open, *self.closed]
        name = r.choice(every if r.random() < 0.2 else list(self.open) or every)
        kind = self.open.get(name) or self.closed[name]
        if name in self.closed:
            r.choice([self.send, self.receive, self.ask, self.option])(name, kind)
            return
        action = r.choices(
            [self.send, self.receive, self.ask, self.poll, self.option, self.shut, self.end, self.connect, self.listen, self.accept, self.mode],
            [6, 8, 2, 3, 1, 2, 1, 3, 1, 3, 2],
        )[0]
        action(name, kind)

    def send(self, name, kind):
        data = self.random.choice(['"x"', '"hello"', '""', "100*y", "5000*z"])
        verb = self.random.choice(["send", "sendall", "sendto"])
        if verb == "sendto":
            self.step(f"{name}.sendto {data} {self.host} ${self.random.choice('uvylap')}")
        else:
            self.step(f"{name}.{verb} {data}")

    def receive(self, name, kind):
        size = self.random.choice(["1", "10", "10 4", "10 0", "10 11", "10000", "0"])
        verb = "recv_into" if kind == "stream" or self.random.random() < 0.5 else "recvfrom_into"
        self.step(f"{name}.{verb} {size}")

    def ask(self, name, kind):
        self.step(f"{name}.{self.random.choice(['getsockname', 'getpeername', 'getblocking', 'gettimeout'])}")

    def poll(self, name, kind):
        self.step(f"{name}.poll {self.random.choice(['read', 'write', 'both', 'none'])} 0")

    def option(self, name, kind):
        self.step(f"{name}." + self.random.choice([
            "getsockopt socket error", "getsockopt socket acceptconn", "setsockopt socket reuseaddr 1", "getsockopt socket reuseaddr",
            "setsockopt tcp nodelay 1", "getsockopt tcp nodelay", "setsockopt socket broadcast 1"]))

    def shut(self, name, kind):
        if kind == "dgram":
            self.never_wait.add(name)
            self.step(f"{name}.settimeout 0")
        self.step(f"{name}.shutdown {self.random.choice(['r', 'w', 'rw'])}")

    def end(self, name, kind):
        self.step(f"{name}.{self.random.choice(['close', 'close', 'reset'])}")
        self.closed[name] = self.open.pop(name)

    def connect(self, name, kind):
        self.step(f"{name}.settimeout 0")
        self.step(f"{name}.connect {self.host} ${self.random.choice('llluvyp')}")

    def listen(self, name, kind):
        if self.random.random() < 0.5:
            self.step(f"{name}.bind {self.host} 0")
        self.never_wait.add(name)
        self.step(f"{name}.settimeout 0")
        self.step(f"{name}.listen {self.random.choice([0, 5])}")

    def accept(self, name, kind):
        target = f"c{len(self.steps)}"
        self.step(f"{name}.settimeout 0")
        if self.step(f"{target} = {name}.accept").startswith("ok"):
            self.open[target] = "stream"
            self.step(f"{target}.settimeout 0")

    def mode(self, name, kind):
        self.step(f"{name}.settimeout {'0' if name in self.never_wait else self.random.choice(['0', '0.01'])}")


def run_all(seeds):
    return [Program(seed).run() for seed in seeds]
