"""Faults of a simulated network, as rules with a lifetime. What a fault takes is read by the reader of fault scripts, which all doors share."""


class Rule:
    """A rule that is in force until `end()`, the end of its `with` statement, or the time of `lasting()`."""

    __module__ = "stacknetwork"

    def __init__(self, simulation, handle):
        self._simulation = simulation
        self._handle = handle

    def end(self):
        """End it now."""
        self._simulation._native._end_rule(self._handle, 0)

    def lasting(self, seconds):
        """End it after so many simulated seconds; the rule."""
        if seconds < 0:
            raise ValueError("seconds must be non-negative")
        self._simulation._native._end_rule(self._handle, seconds)
        return self

    def __enter__(self):
        return self

    def __exit__(self, *exception):
        self.end()


class Scope:
    """Where rules are made; each method begins one."""

    __module__ = "stacknetwork"

    def __init__(self, simulation, *where):
        self._simulation = simulation
        self._where = where

    def on_port(self, port):
        """The packets of this scope from or to a port of TCP or UDP."""
        if not 1 <= port <= 65535:
            raise ValueError("port must be 1-65535")
        return Scope(self._simulation, *self._where, "port", port)

    def loss(self, probability):
        """Lose packets, independently of each other."""
        return self._begin("loss", probability)

    def burst_loss(self, to_bad, to_good, loss_in_bad=1, loss_in_good=0):
        """Lose packets in bursts (Gilbert-Elliott): the probabilities that the state changes, and of a loss in each."""
        return self._begin("burst-loss", to_bad, to_good, "loss-in-bad", loss_in_bad, "loss-in-good", loss_in_good)

    def delay(self, seconds, jitter=0):
        """Deliver later, in order; up to `jitter` seconds more."""
        return self._begin("delay", seconds, "jitter", jitter)

    def reorder(self, probability, seconds=0.005):
        """Hold some packets back, so that later ones overtake them."""
        return self._begin("reorder", probability, seconds)

    def duplicate(self, probability):
        """Deliver some packets twice."""
        return self._begin("duplicate", probability)

    def corrupt(self, probability):
        """Turn a bit in some packets."""
        return self._begin("corrupt", probability)

    def mark(self, probability):
        """Mark some packets of senders that understand it as having met congestion (ECN)."""
        return self._begin("mark", probability)

    def bandwidth(self, bits_per_second, queue_bytes=None, *, codel=False, target=None, interval=None, marks=False):
        """A bottleneck with a queue that drops what does not fit (64 KiB), or whose queue is managed by CoDel (1 MiB; target 5 ms, interval 100 ms)."""
        if not codel and (target is not None or interval is not None or marks):
            raise ValueError("target, interval and marks belong to codel=True")
        words = [] if queue_bytes is None else ["queue", queue_bytes]
        if codel:
            words.append("codel")
            for name, value in (("target", target), ("interval", interval)):
                words += [] if value is None else [name, value]
            words += ["marks"] if marks else []
        return self._begin("bandwidth", bits_per_second, *words)

    def mtu(self, size):
        """Lose longer IP packets without a message."""
        return self._begin("mtu", size)

    def cut(self):
        """Let nothing pass."""
        return self._begin("cut")

    def _begin(self, *words):
        return self._simulation._begin(*words, *self._where)
