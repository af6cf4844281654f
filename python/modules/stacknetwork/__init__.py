"""A TCP/IP stack in this process as a radio: over a TAP or TUN device, a cable to another radio, or its own loopback."""

import wifi as _wifi  # first: it makes the radio that the environment names, which may be one of these
from socketpool._tls import TLSSocket, ssl_wrap

from ._radio import Radio, loopback, pair, tap, tun

__all__ = ["ProgramEnded", "Radio", "SimulationError", "TLSSocket", "loopback", "pair", "patch_ssl", "simulation", "ssl_wrap", "tap", "tun"]

_SIMULATION = ("ProgramEnded", "SimulationError", "simulation")


def __getattr__(name):
    # Simulations are imported by whoever uses them.
    if name in _SIMULATION:
        from . import _errors, _simulation

        return getattr(_simulation if name == "simulation" else _errors, name)
    raise AttributeError(f"module 'stacknetwork' has no attribute {name!r}", name=name)


def patch_ssl():
    """Nothing is left to do: `context.wrap_socket()` does what `ssl_wrap()` does with the sockets of every pool."""
