"""CircuitPython's `imagecapture`: a camera on eight lines, which sees bars of colour."""

from socketpool_run.hardware import pictures as _pictures
from socketpool_run.hardware.desk import asked as _asked
from socketpool_run.hardware.pins import PinUser as _PinUser

__all__ = ["ParallelImageCapture"]


class ParallelImageCapture(_PinUser):
    """Fills buffers."""

    def __init__(self, *, data_pins, clock, vsync=None, href=None):
        self._buffers = []
        self._hold(**{f"data{number}": pin for number, pin in enumerate(data_pins)}, clock=clock, vsync=vsync, href=href)
        _asked("imagecapture", "ParallelImageCapture")

    def capture(self, buffer):
        """Fill a buffer with a picture of 16 bits a pixel, as wide as nobody knows: the bars go on and on."""
        self._check()
        view = memoryview(buffer).cast("B")
        row = _pictures.bars(320, False).tobytes()
        for at in range(0, len(view), len(row)):
            view[at : at + len(row)] = row[: len(view) - at]
        _asked("imagecapture", "capture")
        return buffer

    def continuous_capture_start(self, buffer1, buffer2):
        """Fill two buffers in turn."""
        self._buffers = [buffer1, buffer2]

    def continuous_capture_get_frame(self):
        """The one that is full."""
        if not self._buffers:
            raise RuntimeError("No capture in progress")
        self._buffers.reverse()
        return self.capture(self._buffers[0])

    def continuous_capture_stop(self):
        """No more."""
        self._buffers = []
