"""CircuitPython's `i2ctarget`: a device on somebody else's bus, whom nobody asks here."""

from socketpool_run.hardware.desk import asked as _asked
from socketpool_run.hardware.desk import sleep as _sleep
from socketpool_run.hardware.pins import PinUser as _PinUser

__all__ = ["I2CTarget", "I2CTargetRequest"]


class I2CTargetRequest:
    """What somebody asks; nobody does."""

    def __init__(self, target, address, is_read, is_restart):
        self.address, self.is_read, self.is_restart = address, is_read, is_restart


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
