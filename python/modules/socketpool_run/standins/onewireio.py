"""CircuitPython's `onewireio`: a bus of one wire, with a thermometer (DS18B20) that `sensor_temperature` feeds."""

from socketpool_run.hardware.desk import asked as _asked
from socketpool_run.hardware.onewire import Thermometer as _Thermometer
from socketpool_run.hardware.pins import PinUser as _PinUser

__all__ = ["OneWire"]


class OneWire(_PinUser):
    """Bits to and from the thermometer."""

    def __init__(self, pin):
        self._device = _Thermometer()
        _asked("onewireio", "OneWire", f"{self._hold(pin=pin)}: a DS18B20, made up")

    def reset(self):
        """False: somebody is there."""
        self._check()
        self._device.reset()
        return False

    def read_bit(self):
        """The next bit from the device."""
        self._check()
        return self._device.read_bit()

    def write_bit(self, value):
        """The next bit to the device."""
        self._check()
        self._device.write_bit(bool(value))
