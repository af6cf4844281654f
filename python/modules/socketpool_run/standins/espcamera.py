"""CircuitPython's `espcamera`: a camera that sees bars of colour, or the file of `camera_photo`."""

from displayio import Bitmap as _Bitmap
from socketpool_run.hardware import pictures as _pictures
from socketpool_run.hardware.desk import asked as _asked
from socketpool_run.hardware.desk import fed as _fed
from socketpool_run.hardware.desk import open_file as _open
from socketpool_run.hardware.enums import Choice as _Choice
from socketpool_run.hardware.pins import PinUser as _PinUser

__all__ = ["Camera", "FrameSize", "GainCeiling", "GrabMode", "PixelFormat"]


class GrabMode(_Choice):
    """Which picture is taken."""


class PixelFormat(_Choice):
    """How pictures come."""


class FrameSize(_Choice):
    """How large pictures are."""


class GainCeiling(_Choice):
    """How much the sensor may brighten."""


_SIZES = {"R96X96": (96, 96), "QQVGA": (160, 120), "QCIF": (176, 144), "HQVGA": (240, 176), "R240X240": (240, 240), "QVGA": (320, 240), "CIF": (400, 296),
          "HVGA": (480, 320), "VGA": (640, 480), "SVGA": (800, 600), "XGA": (1024, 768), "HD": (1280, 720), "SXGA": (1280, 1024), "UXGA": (1600, 1200),
          "FHD": (1920, 1080), "P_HD": (720, 1280), "P_3MP": (864, 1536), "QXGA": (2048, 1536), "QHD": (2560, 1440), "WQXGA": (2560, 1600),
          "P_FHD": (1080, 1920), "QSXGA": (2560, 1920)}
GrabMode._make("WHEN_EMPTY", "LATEST")
PixelFormat._make("RGB565", "GRAYSCALE", "JPEG")
FrameSize._make(*_SIZES)
GainCeiling._make(*(f"GAIN_{1 << power}X" for power in range(1, 8)))

_SETTINGS = {"contrast": 0, "brightness": 0, "saturation": 0, "sharpness": 0, "denoise": 0, "gain_ceiling": GainCeiling.GAIN_2X, "quality": 15,
             "colorbar": False, "whitebal": True, "gain_ctrl": True, "exposure_ctrl": True, "hmirror": False, "vflip": False, "aec2": False, "awb_gain": True,
             "agc_gain": 0, "aec_value": 168, "special_effect": 0, "wb_mode": 0, "ae_level": 0, "dcw": True, "bpc": False, "wpc": True, "raw_gma": True,
             "lenc": True}


class Camera(_PinUser):
    """Settings are kept, without effect."""

    max_frame_size = FrameSize.QSXGA
    address = 0x3C
    sensor_name = "OV5640"
    supports_jpeg = True
    frame_available = True

    def __init__(self, *, data_pins, pixel_clock_pin, vsync_pin, href_pin, i2c, external_clock_pin=None, external_clock_frequency=20_000_000,
                 powerdown_pin=None, reset_pin=None, pixel_format=PixelFormat.RGB565, frame_size=FrameSize.QQVGA, jpeg_quality=15, framebuffer_count=1,
                 grab_mode=GrabMode.WHEN_EMPTY):
        self._hold(pixel_clock=pixel_clock_pin, vsync=vsync_pin, href=href_pin, external_clock=external_clock_pin, powerdown=powerdown_pin, reset=reset_pin)
        self.quality = jpeg_quality
        self.reconfigure(frame_size, pixel_format, grab_mode, framebuffer_count)
        _asked("espcamera", "Camera", self.sensor_name)

    def reconfigure(self, frame_size=None, pixel_format=None, grab_mode=None, framebuffer_count=None):
        """Other pictures from now on."""
        for name, value in (("frame_size", frame_size), ("pixel_format", pixel_format), ("grab_mode", grab_mode), ("framebuffer_count", framebuffer_count)):
            if value is not None:
                setattr(self, name, value)

    @property
    def width(self):
        """In pixels."""
        return _SIZES[self.frame_size._name][0]

    @property
    def height(self):
        """In pixels."""
        return _SIZES[self.frame_size._name][1]

    def take(self, timeout=0.25):
        """A bitmap, or the bytes of a JPEG file."""
        self._check()
        _asked("espcamera", "take")
        if self.pixel_format is PixelFormat.JPEG:
            photo = _fed("camera", "photo")
            if photo is not None:
                with _open(photo) as file:
                    return memoryview(file.read())
            return memoryview(_pictures.gray_jpeg(self.width, self.height))
        is_gray = self.pixel_format is PixelFormat.GRAYSCALE
        bitmap = _Bitmap(self.width, self.height, 256 if is_gray else 65536)
        view = memoryview(bitmap)
        row = _pictures.bars(self.width, is_gray)
        for y in range(self.height):
            view[y * self.width : (y + 1) * self.width] = row
        return bitmap


for _name, _value in _SETTINGS.items():
    setattr(Camera, _name, _value)
del _name, _value
