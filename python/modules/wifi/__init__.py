"""CircuitPython's `wifi` at a desk: `wifi.radio` is the host's own network, joined already, or the stack that the environment names."""

from ._air import AuthMode, Network, PowerManagement, Station
from ._environment import make_radio as _make_radio
from ._radio import RadioMembers as _RadioMembers

__all__ = ["AuthMode", "Network", "PowerManagement", "Radio", "Station", "radio"]

radio = _make_radio()
Radio = type(radio)


def __getattr__(name):
    # The board's code that was observed had this for its scripts: what a soft reload does to sockets.
    if name == "user_reset" and _is_board():
        return radio._close_sockets
    raise AttributeError(f"module 'wifi' has no attribute {name!r}", name=name)


def _is_board():
    from socketpool import _board

    return _board.current() is not None
