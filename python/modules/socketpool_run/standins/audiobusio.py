"""CircuitPython's `audiobusio`: sound by I2S, and a microphone that hears what is fed."""

from socketpool_run.hardware.audio import Output as _Output
from socketpool_run.hardware.desk import asked as _asked
from socketpool_run.hardware.desk import fed as _fed
from socketpool_run.hardware.pins import PinUser as _PinUser

__all__ = ["I2SOut", "PDMIn"]


class I2SOut(_Output):
    """An amplifier on I2S."""

    def __init__(self, bit_clock, word_select, data, *, main_clock=None, left_justified=False, external_clock=False):
        self._begin("audiobusio", bit_clock=bit_clock, word_select=word_select, data=data, main_clock=main_clock)


class PDMIn(_PinUser):
    """A microphone: `microphone_level` (0.0 to 1.0) in the file of values, silence without it."""

    def __init__(self, clock_pin, data_pin, *, sample_rate=16000, bit_depth=8, mono=True, oversample=64, startup_delay=0.11):
        self.sample_rate, self._depth = sample_rate, bit_depth
        _asked("audiobusio", "PDMIn", self._hold(clock_pin=clock_pin, data_pin=data_pin))

    def record(self, destination, destination_length):
        """Fill the buffer with a square wave of the level; how many samples it was."""
        self._check()
        view = memoryview(destination)
        middle = 1 << (8 * view.itemsize - 1)
        swing = int(float(_fed("microphone", "level", 0.0)) * (middle - 1))
        for place in range(destination_length):
            view[place] = middle + (swing if place // 8 % 2 else -swing)
        return destination_length
