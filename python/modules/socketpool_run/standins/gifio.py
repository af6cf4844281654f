"""CircuitPython's `gifio`: moving pictures, read frame by frame, and written."""

from displayio import Bitmap as _Bitmap
from displayio import Palette as _Palette
from socketpool_run.hardware import colors as _colors
from socketpool_run.hardware import gif as _gif
from socketpool_run.hardware.desk import open_file as _open

__all__ = ["GifWriter", "OnDiskGif"]


class OnDiskGif:
    """A GIF file; `bitmap` has 16 bits a pixel with its bytes swapped, as boards have it, or 8 with a palette."""

    def __init__(self, file, *, use_palette=False):
        with _open(file) as opened:
            self._reader = _gif.Reader(opened.read())
        self.width, self.height = self._reader.width, self._reader.height
        self.palette = None
        if use_palette:
            colors = self._reader.colors or [0]
            self.palette = _Palette(len(colors))
            for place, color in enumerate(colors):
                self.palette[place] = color
        self.bitmap = _Bitmap(self.width, self.height, 256 if use_palette else 65536)
        delays = [frame.delay for frame in self._reader.frames]
        self.frame_count, self.duration = len(delays), sum(delays)
        self.min_delay, self.max_delay = min(delays, default=0.0), max(delays, default=0.0)
        self._next = 0

    def next_frame(self):
        """Show the next frame; how many seconds it stays."""
        if not self._reader.frames:
            return 0.0
        frame = self._reader.frames[self._next]
        self._next = (self._next + 1) % self.frame_count
        for place, value in frame.pixels(self.width):
            if self.palette is None:
                color = _colors.to_565(frame.colors[value] if value < len(frame.colors) else 0)
                value = (color & 0xFF) << 8 | color >> 8
            self.bitmap[place] = value
        return frame.delay

    def deinit(self):
        """Nothing to give back."""

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.deinit()


class GifWriter:
    """Writes frames of 16 bits or 8 into a file, with 256 colours of which each channel has some."""

    def __init__(self, file, width, height, colorspace, loop=True, dither=False):
        self._file = _open(file, "wb") if isinstance(file, str) else file
        self._owns = isinstance(file, str)
        self._size, self._decode = (width, height), _colors.decoder(colorspace._name)
        self._file.write(_gif.header(width, height, loop))

    def add_frame(self, bitmap, delay=0.1):
        """One more picture, for some seconds."""
        values = memoryview(bitmap)
        if values.itemsize == 1 and len(values) == 2 * self._size[0] * self._size[1]:
            values = values.cast("H")
        self._file.write(_gif.frame(*self._size, [self._decode(value) for value in values], delay))

    def deinit(self):
        """Finish the file."""
        if self._file is not None:
            self._file.write(b";")
            if self._owns:
                self._file.close()
            self._file = None

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.deinit()
