"""A device on I2C."""

import sys as _sys

__all__ = ["I2CDevice"]


class I2CDevice:
    """Locks the bus for its device within `with`; looks at first whether somebody answers."""

    def __init__(self, i2c, device_address, probe=True):
        self.i2c, self.device_address = i2c, device_address
        if probe:
            self._probe()

    def _probe(self):
        with self:
            try:
                self.i2c.writeto(self.device_address, b"")
            except OSError:
                raise ValueError(f"No I2C device at address: 0x{self.device_address:x}") from None

    def readinto(self, buf, *, start=0, end=_sys.maxsize):
        """Fill a buffer."""
        self.i2c.readfrom_into(self.device_address, buf, start=start, end=_end(end))

    def write(self, buf, *, start=0, end=_sys.maxsize):
        """Write a buffer."""
        self.i2c.writeto(self.device_address, buf, start=start, end=_end(end))

    def write_then_readinto(self, out_buffer, in_buffer, *, out_start=0, out_end=_sys.maxsize, in_start=0, in_end=_sys.maxsize):
        """Write, then read without letting go of the bus."""
        self.i2c.writeto_then_readfrom(self.device_address, out_buffer, in_buffer, out_start=out_start, out_end=_end(out_end), in_start=in_start,
                                       in_end=_end(in_end))

    def __enter__(self):
        while not self.i2c.try_lock():
            pass
        return self

    def __exit__(self, *_):
        self.i2c.unlock()
        return False


def _end(end):
    return _sys.maxsize if end is None else end
