"""CircuitPython's `analogio`: voltages in and out, as 16 bits."""

from socketpool_run.hardware.desk import asked as _asked
from socketpool_run.hardware.pins import PinUser as _PinUser

__all__ = ["AnalogIn", "AnalogOut"]


class AnalogIn(_PinUser):
    """A voltage that is read: what is fed to the pin (0 to 65535), else the middle."""

    def __init__(self, pin):
        self._pin = pin
        _asked("analogio", "AnalogIn", self._hold(pin=pin))

    @property
    def value(self):
        """0 to 65535."""
        self._check()
        return min(65535, max(0, int(self._pin._fed(32768))))

    @property
    def reference_voltage(self):
        """What 65535 stands for."""
        self._check()
        return 3.3


class AnalogOut(_PinUser):
    """A voltage that is written."""

    def __init__(self, pin):
        self._value = 0
        self._what = self._hold(pin=pin)
        _asked("analogio", "AnalogOut", self._what)

    @property
    def value(self):
        """0 to 65535."""
        self._check()
        return self._value

    @value.setter
    def value(self, value):
        self._check()
        if not 0 <= value <= 65535:
            raise ValueError("value must be 0-65535")
        self._value = int(value)
        _asked("analogio", f"AnalogOut {self._what} written")
