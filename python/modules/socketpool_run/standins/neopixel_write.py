"""CircuitPython's `neopixel_write`: colours for a strip of lights."""

from socketpool_run.hardware import lights as _lights

__all__ = ["neopixel_write"]


def neopixel_write(digitalinout, buf):
    """Send the bytes of all lights; the report has the last ones."""
    _lights.write(digitalinout._pin, bytes(buf))
