"""CircuitPython's `digitalio`: pins that are high or low. What a program reads is fed, or follows the pull."""

from socketpool_run.hardware import chips as _chips
from socketpool_run.hardware.desk import asked as _asked
from socketpool_run.hardware.enums import Choice as _Choice
from socketpool_run.hardware.pins import PinUser as _PinUser

__all__ = ["DigitalInOut", "DigitalInOutProtocol", "Direction", "DriveMode", "Pull"]


class Direction(_Choice):
    """Which way a pin works."""


class DriveMode(_Choice):
    """How an output is driven."""


class Pull(_Choice):
    """Where an input goes that nothing drives."""


Direction._make("INPUT", "OUTPUT")
DriveMode._make("PUSH_PULL", "OPEN_DRAIN")
Pull._make("UP", "DOWN")


class DigitalInOut(_PinUser):
    """A pin, an input without a pull at first."""

    def __init__(self, pin):
        self._what = self._hold(pin=pin)
        self._pin = pin
        self._direction, self._pull, self._drive_mode, self._value = Direction.INPUT, None, None, False
        _asked("digitalio", "DigitalInOut", self._what)

    def switch_to_output(self, value=False, drive_mode=DriveMode.PUSH_PULL):
        """Drive the pin."""
        self._check()
        self._direction, self._drive_mode, self._pull = Direction.OUTPUT, drive_mode, None
        self.value = value

    def switch_to_input(self, pull=None):
        """Read the pin."""
        self._check()
        self._direction, self._pull, self._drive_mode = Direction.INPUT, _pull(pull), None

    @property
    def direction(self):
        """One of `Direction`."""
        self._check()
        return self._direction

    @direction.setter
    def direction(self, value):
        if value is Direction.INPUT:
            self.switch_to_input()
        elif value is Direction.OUTPUT:
            self.switch_to_output()
        else:
            raise ValueError("Invalid direction")

    @property
    def value(self):
        """True is high. An input that nothing is fed to follows its pull, and is low without one."""
        self._check()
        if self._direction is Direction.OUTPUT:
            return self._value
        driven = _chips.read(self._pin)
        return bool(self._pin._fed(self._pull is Pull.UP)) if driven is None else driven

    @value.setter
    def value(self, value):
        self._check()
        if self._direction is Direction.INPUT:
            raise AttributeError("Cannot set value when direction is input.")
        self._value = bool(value)
        if _chips.drive(self._pin, self._value):
            return
        _asked("digitalio", f"{self._what} is", "high" if value else "low")

    @property
    def drive_mode(self):
        """One of `DriveMode`, of an output."""
        self._check()
        if self._direction is Direction.INPUT:
            raise AttributeError("Drive mode not used when direction is input.")
        return self._drive_mode

    @drive_mode.setter
    def drive_mode(self, value):
        self._check()
        if self._direction is Direction.INPUT:
            raise AttributeError("Drive mode not used when direction is input.")
        self._drive_mode = value

    @property
    def pull(self):
        """One of `Pull`, or None, of an input."""
        self._check()
        if self._direction is Direction.OUTPUT:
            raise AttributeError("Pull not used when direction is output.")
        return self._pull

    @pull.setter
    def pull(self, value):
        self._check()
        if self._direction is Direction.OUTPUT:
            raise AttributeError("Pull not used when direction is output.")
        self._pull = _pull(value)


class DigitalInOutProtocol:
    """What has the members of `DigitalInOut`; for annotations."""


def _pull(value):
    if value not in (None, Pull.UP, Pull.DOWN):
        raise ValueError("Unsupported pull value.")
    return value
