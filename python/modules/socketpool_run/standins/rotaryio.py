"""CircuitPython's `rotaryio`: a knob; its position is fed to its first pin."""

from socketpool_run.hardware.desk import asked as _asked
from socketpool_run.hardware.pins import PinUser as _PinUser

__all__ = ["IncrementalEncoder"]


class IncrementalEncoder(_PinUser):
    """What is fed to `pin_a`, and what was set."""

    def __init__(self, pin_a, pin_b, divisor=4):
        self._pin, self._offset, self.divisor = pin_a, 0, divisor
        _asked("rotaryio", "IncrementalEncoder", self._hold(pin_a=pin_a, pin_b=pin_b))

    def _turned(self):
        return int(self._pin._fed(0))

    @property
    def position(self):
        """How far the knob was turned."""
        self._check()
        return self._turned() + self._offset

    @position.setter
    def position(self, value):
        self._check()
        self._offset = int(value) - self._turned()
