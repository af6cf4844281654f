"""CircuitPython's `frequencyio`: a frequency, which is fed to the pin."""

from socketpool_run.hardware.desk import asked as _asked
from socketpool_run.hardware.pins import PinUser as _PinUser

__all__ = ["FrequencyIn"]


class FrequencyIn(_PinUser):
    """What is fed, in Hertz."""

    def __init__(self, pin, capture_period=10):
        if not 10 <= capture_period <= 500:
            raise ValueError("Invalid capture period. Valid range: 1 - 500")
        self._pin, self.capture_period = pin, capture_period
        _asked("frequencyio", "FrequencyIn", self._hold(pin=pin))

    @property
    def value(self):
        """Hertz."""
        self._check()
        return int(self._pin._fed(0))

    def pause(self):
        """Without effect."""

    def resume(self):
        """Without effect."""

    def clear(self):
        """Without effect."""
