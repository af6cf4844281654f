"""CircuitPython's `analogbufio`: voltages in a row, all of them what is fed to the pin."""

from socketpool_run.hardware.desk import asked as _asked
from socketpool_run.hardware.pins import PinUser as _PinUser

__all__ = ["BufferedIn"]


class BufferedIn(_PinUser):
    """A pin that is read at a rate."""

    def __init__(self, pin, *, sample_rate):
        self._pin, self.sample_rate = pin, sample_rate
        _asked("analogbufio", "BufferedIn", self._hold(pin=pin))

    def readinto(self, buffer, loop=False):
        """Fill a buffer of 8 or 16 bits; how many it was."""
        self._check()
        view = memoryview(buffer)
        value = min(65535, max(0, int(self._pin._fed(32768)))) >> (8 if view.itemsize == 1 else 0)
        for place in range(len(view)):
            view[place] = value
        return len(view)
