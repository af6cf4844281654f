"""CircuitPython's `i2ctarget`: a device on somebody else's bus, whom nobody asks here."""

from socketpool_run.hardware.desk import asked as _asked
from socketpool_run.hardware.desk import sleep as _sleep
from socketpool_run.hardware.pins import PinUser as _PinUser

__all__ = ["I2CTarget", "I2CTargetRequest"]


class I2CTargetRequest:
    """What somebody asks; nobody does."""

    def __init__(self, target, address, is_read, is_restart):
        self.address, self.is_read, self.is_restart = address, is_read, is_restart

    def read(self, n=-1, ack=True):
        """Nothing: nobody writes."""
        return bytearray()

    def write(self, buffer):
        """How many bytes it was."""
        return len(memoryview(buffer).cast("B"))

    def ack(self, ack=True):
        """Without effect."""

    def deinit(self):
        """Without effect."""

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.deinit()


class I2CTarget(_PinUser):
    """Addresses to answer at."""

    def __init__(self, scl, sda, addresses, smbus=False):
        if not addresses:
            raise ValueError("addresses is empty")
        _asked("i2ctarget", "I2CTarget", self._hold(scl=scl, sda=sda))

    def request(self, *, timeout=-1):
        """None when the time is up."""
        self._check()
        if timeout > 0:
            _sleep(timeout)
        elif timeout < 0:
            _sleep(0.01)
        return None
