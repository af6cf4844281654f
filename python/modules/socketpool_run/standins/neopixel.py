"""What programs use of the library `neopixel`, for drives that have no copy of it; a copy on the drive goes first."""

import adafruit_pixelbuf as _pixelbuf
import digitalio as _digitalio
from neopixel_write import neopixel_write as _write

__all__ = ["GRB", "GRBW", "NeoPixel", "RGB", "RGBW"]

RGB, GRB, RGBW, GRBW = "RGB", "GRB", "RGBW", "GRBW"


class NeoPixel(_pixelbuf.PixelBuf):
    """A strip of lights on a pin."""

    def __init__(self, pin, n, *, bpp=3, brightness=1.0, auto_write=True, pixel_order=None):
        if isinstance(pixel_order, tuple):
            pixel_order = "".join("RGBW"[place] for place in pixel_order)
        self.pin = _digitalio.DigitalInOut(pin)
        self.pin.direction = _digitalio.Direction.OUTPUT
        super().__init__(n, brightness=brightness, byteorder=pixel_order or (GRB if bpp == 3 else GRBW), auto_write=auto_write)

    @property
    def n(self):
        """How many lights there are."""
        return len(self)

    def write(self):
        """The older name of `show`."""
        self.show()

    def deinit(self):
        """Turn the lights off and let go of the pin."""
        self.fill(0)
        self.show()
        self.pin.deinit()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.deinit()

    def _transmit(self, buffer):
        _write(self.pin, buffer)
