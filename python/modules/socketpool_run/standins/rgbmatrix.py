"""CircuitPython's `rgbmatrix`: panels of lights as a framebuffer."""

from socketpool_run.hardware.desk import asked as _asked
from socketpool_run.hardware.framebuffer import Framebuffer as _Framebuffer

__all__ = ["RGBMatrix"]


class RGBMatrix(_Framebuffer):
    """A panel, or some in rows."""

    def __init__(self, *, width, bit_depth, rgb_pins, addr_pins, clock_pin, latch_pin, output_enable_pin, doublebuffer=True, framebuffer=None,
                 height=0, tile=1, serpentine=True):
        if len(rgb_pins) % 6:
            raise ValueError(f"{len(rgb_pins)} rgb pins are not a multiple of 6")
        rows = (len(rgb_pins) // 3) * (1 << len(addr_pins)) * abs(tile)
        if height and height != rows:
            raise ValueError(f"{len(addr_pins)} address pins, {len(rgb_pins)} rgb pins and {tile} tiles indicate a height of {rows}, not {height}")
        if width < 1 or not 1 <= bit_depth <= 6:
            raise ValueError("width or bit_depth out of range")
        lines = {f"rgb{number}": pin for number, pin in enumerate(rgb_pins)} | {f"address{number}": pin for number, pin in enumerate(addr_pins)}
        self._hold(**lines, clock=clock_pin, latch=latch_pin, output_enable=output_enable_pin)
        self._begin(width, rows)
        self.brightness = 1.0
        _asked("rgbmatrix", "RGBMatrix", f"{width}x{rows}")
