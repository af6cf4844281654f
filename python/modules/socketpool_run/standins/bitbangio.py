"""CircuitPython's `bitbangio`: the buses of `busio` on any pins."""

from busio import I2C as _I2C
from busio import SPI as _SPI

__all__ = ["I2C", "SPI"]


class I2C(_I2C):
    """As `busio.I2C`."""

    def __init__(self, scl, sda, *, frequency=400000, timeout=255):
        super().__init__(scl, sda, frequency=frequency, timeout=timeout)


class SPI(_SPI):
    """As `busio.SPI`."""

    def __init__(self, clock, MOSI=None, MISO=None):
        super().__init__(clock, MOSI, MISO)
