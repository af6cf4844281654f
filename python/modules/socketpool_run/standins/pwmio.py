"""CircuitPython's `pwmio`: pulses of a width, without anything that they drive."""

from socketpool_run.hardware.desk import asked as _asked
from socketpool_run.hardware.pins import PinUser as _PinUser

__all__ = ["PWMOut"]


class PWMOut(_PinUser):
    """Pulses on a pin."""

    def __init__(self, pin, *, duty_cycle=0, frequency=500, variable_frequency=False):
        self._duty_cycle = _within(duty_cycle, "duty_cycle")
        if frequency < 1:
            raise ValueError("frequency must be >= 1")
        self._frequency, self._is_variable = int(frequency), bool(variable_frequency)
        self._what = self._hold(pin=pin)
        _asked("pwmio", "PWMOut", self._what)

    @property
    def duty_cycle(self):
        """How long the pin is high, of 65535."""
        self._check()
        return self._duty_cycle

    @duty_cycle.setter
    def duty_cycle(self, value):
        self._check()
        self._duty_cycle = _within(value, "duty_cycle")
        _asked("pwmio", f"{self._what} duty_cycle")

    @property
    def frequency(self):
        """Pulses a second; changed only where `variable_frequency` was asked for."""
        self._check()
        return self._frequency

    @frequency.setter
    def frequency(self, value):
        self._check()
        if not self._is_variable:
            raise AttributeError("PWM frequency not writable when variable_frequency is False on construction.")
        self._frequency = int(value)
        _asked("pwmio", f"{self._what} frequency")


def _within(value, name):
    if not 0 <= value <= 65535:
        raise ValueError(f"{name} must be 0-65535")
    return int(value)
