"""The host's network as a radio, under the name that CircuitPython's native simulator gives it."""

from socketpool import _HostNetwork as HostNetwork

__all__ = ["HostNetwork"]
