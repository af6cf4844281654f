"""CircuitPython's `countio`: counts edges; the count is fed to the pin."""

from socketpool_run.hardware.desk import asked as _asked
from socketpool_run.hardware.enums import Choice as _Choice
from socketpool_run.hardware.pins import PinUser as _PinUser

__all__ = ["Counter", "Edge"]


class Edge(_Choice):
    """Which edges count."""


Edge._make("RISE", "FALL", "RISE_AND_FALL")


class Counter(_PinUser):
    """What is fed to the pin, from `reset` on."""

    def __init__(self, pin, *, edge=Edge.FALL, pull=None):
        self._pin, self._base, self._set = pin, 0, 0
        _asked("countio", "Counter", self._hold(pin=pin))

    @property
    def count(self):
        """How many edges there were."""
        self._check()
        return int(self._pin._fed(0)) - self._base + self._set

    @count.setter
    def count(self, value):
        self.reset()
        self._set = int(value)

    def reset(self):
        """Begin at zero."""
        self._check()
        self._base, self._set = int(self._pin._fed(0)), 0
