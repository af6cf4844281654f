"""CircuitPython's `wifi` at a desk: `wifi.radio` is the host's own network, joined already, or the stack that the environment names."""

from ._air import AuthMode, Network, PowerManagement, Station
from ._environment import make_radio as _make_radio
from ._radio import RadioMembers as _RadioMembers

__all__ = ["AuthMode", "Network", "PowerManagement", "Radio", "Station", "radio"]

radio = _make_radio()
Radio = type(radio)
