"""CircuitPython's `touchio`: pins that feel a touch; it is fed: true or false, or a raw value."""

from socketpool_run.hardware.desk import asked as _asked
from socketpool_run.hardware.pins import PinUser as _PinUser

__all__ = ["TouchIn"]

_CALM, _TOUCHED = 1000, 4000


class TouchIn(_PinUser):
    """A pin that nobody touches until something is fed to it."""

    def __init__(self, pin, pull=None):
        self._pin = pin
        _asked("touchio", "TouchIn", self._hold(pin=pin))
        self.threshold = _CALM + 100

    @property
    def raw_value(self):
        """0 to 65535, larger when touched."""
        self._check()
        value = self._pin._fed(False)
        return (_TOUCHED if value else _CALM) if isinstance(value, bool) or value in (0, 1) else int(value)

    @property
    def value(self):
        """Whether it is touched."""
        return self.raw_value > self.threshold
