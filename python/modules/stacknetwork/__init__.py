"""A TCP/IP stack in this process as a radio: over a TAP or TUN device, a cable to another radio, or its own loopback."""

import wifi as _wifi  # first: it makes the radio that the environment names, which may be one of these
from socketpool._tls import TLSSocket, ssl_wrap

from ._errors import ProgramEnded, SimulationError
from ._radio import Radio, loopback, pair, tap, tun

__all__ = ["ProgramEnded", "Radio", "SimulationError", "TLSSocket", "loopback", "pair", "patch_ssl", "seeds", "simulation", "ssl_wrap", "tap", "tun"]


def simulation(seed=1, *, capture=None, timeline=None, max_duration=86400, stall_timeout=10, max_events=None):
    """A simulated network in simulated time, to be used in a `with` statement.

    The same seed gives the same run. `capture` is the path of a file for all frames (pcapng), `timeline` that of a page of HTML, which is
    written at the end. A simulation that lasts longer than `max_duration` simulated seconds fails, and one whose thread waits for something
    real for `stall_timeout` real seconds. `max_events` are kept in the log: 10,000, or 200,000 for a timeline.
    """
    from ._simulation import make

    return make(seed, capture, timeline, max_duration, stall_timeout, max_events)


def seeds(first, last):
    """The seeds of a sweep, `first` to `last`: an iterator of int.

    `SOCKETPOOL_SIMULATION_SEED` in the environment leaves that one alone, and `SOCKETPOOL_SIMULATION_SHARD=K/N` every N-th.
    The variables of Kubernetes, Slurm and other engines are read as docs/sweeps.md says. ValueError if one is not understood.
    """
    from ._seeds import choose

    return iter(choose(range(first, last + 1)))


def patch_ssl():
    """Nothing is left to do: `context.wrap_socket()` does what `ssl_wrap()` does with the sockets of every pool."""
