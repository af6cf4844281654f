"""CircuitPython's `qrio`: reads codes from pictures; what it reads is fed: `qr_payload = b"..."`."""

from collections import namedtuple as _namedtuple

from socketpool_run.hardware.desk import asked as _asked
from socketpool_run.hardware.desk import fed as _fed
from socketpool_run.hardware.enums import Choice as _Choice

__all__ = ["PixelPolicy", "QRDecoder", "QRInfo", "QRPosition"]

QRInfo = _namedtuple("QRInfo", "payload data_type")
QRPosition = _namedtuple("QRPosition", "top_left_x top_left_y top_right_x top_right_y bottom_right_x bottom_right_y bottom_left_x bottom_left_y size")


class PixelPolicy(_Choice):
    """Which bytes are brightness."""


PixelPolicy._make("EVERY_BYTE", "EVEN_BYTES", "ODD_BYTES", "RGB565_SWAPPED", "RGB565")


class QRDecoder:
    """For pictures of one size."""

    def __init__(self, width, height):
        self.width, self.height = width, height
        _asked("qrio", "QRDecoder", f"{width}x{height}")

    def decode(self, buffer, pixel_policy=PixelPolicy.EVERY_BYTE):
        """What is fed, as `QRInfo`; nothing without."""
        payload = _fed("qr", "payload")
        return [] if payload is None else [QRInfo(bytes(payload), "byte")]

    def find(self, buffer, pixel_policy=PixelPolicy.EVERY_BYTE):
        """The whole picture where something is fed."""
        if _fed("qr", "payload") is None:
            return []
        return [QRPosition(0, 0, self.width, 0, self.width, self.height, 0, self.height, 21)]
