"""CircuitPython's `sharpdisplay`: displays with a memory of one bit a pixel."""

from socketpool_run.hardware.desk import asked as _asked
from socketpool_run.hardware.framebuffer import Framebuffer as _Framebuffer

__all__ = ["SharpMemoryFramebuffer"]


class SharpMemoryFramebuffer(_Framebuffer):
    """A display on SPI."""

    def __init__(self, spi_bus, chip_select, width, height, baudrate=2000000, jdi_display=False):
        self._hold(chip_select=chip_select)
        self._begin(width, height, depth=24 if jdi_display else 1)
        _asked("sharpdisplay", "SharpMemoryFramebuffer", f"{width}x{height}")
