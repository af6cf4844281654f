"""A TCP/IP stack in this process as a radio: over a TAP or TUN device, a cable to another radio, or its own loopback."""

import wifi as _wifi  # first: it makes the radio that the environment names, which may be one of these
from socketpool._tls import TLSSocket, ssl_wrap

from ._errors import ProgramEnded, SimulationError
from ._radio import Radio, loopback, pair, tap, tun

__all__ = ["ProgramEnded", "Radio", "SimulationError", "TLSSocket", "loopback", "pair", "patch_ssl", "simulation", "ssl_wrap", "tap", "tun"]


def simulation(seed=1, *, capture=None, max_duration=86400, stall_timeout=10, max_events=10000):
    """A simulated network in simulated time, to be used in a `with` statement.

    The same seed gives the same run. `capture` is the path of a file for all frames (pcapng). A simulation that lasts longer than
    `max_duration` simulated seconds fails, and one whose thread waits for something real for `stall_timeout` real seconds.
    `max_events` are kept in the log.
    """
    from ._simulation import make

    return make(seed, capture, max_duration, stall_timeout, max_events)


def patch_ssl():
    """Nothing is left to do: `context.wrap_socket()` does what `ssl_wrap()` does with the sockets of every pool."""
