"""CircuitPython's `is31fl3741`: a driver of 351 lights on I2C."""

from socketpool_run.hardware.desk import asked as _asked
from socketpool_run.hardware.framebuffer import Framebuffer as _Framebuffer

__all__ = ["IS31FL3741", "IS31FL3741_FrameBuffer"]


class IS31FL3741:
    """The driver; its lights keep what they were told."""

    def __init__(self, i2c, *, addr=0x30):
        self._lights = bytearray(351)
        _asked("is31fl3741", "IS31FL3741", f"at {addr:#04x}")

    def reset(self):
        """All lights off."""
        self._lights[:] = bytes(351)

    def enable(self):
        """On."""

    def set_global_current(self, current):
        """0 to 255; kept by nobody."""
        if not 0 <= current <= 255:
            raise ValueError("current must be 0-255")

    def set_led(self, led, value, page):
        """One light."""
        self._lights[led + (180 if page % 2 else 0)] = value

    def write(self, mapping, buf):
        """Lights by a table of three numbers a pixel; 65535 is none."""
        for place, light in enumerate(mapping):
            if light != 65535:
                self._lights[light] = buf[place]

    def deinit(self):
        """Let go."""


class IS31FL3741_FrameBuffer(_Framebuffer):
    """Pixels of three lights each."""

    def __init__(self, is31, width, height, mapping, *, framebuffer=None, scale=False, gamma=False):
        self._hold()
        self._begin(width, height)
        self.brightness = 1.0
        _asked("is31fl3741", "IS31FL3741_FrameBuffer", f"{width}x{height}")
