"""CircuitPython's `jpegio`: pictures from JPEG files into bitmaps."""

from socketpool_run.hardware import colors as _colors
from socketpool_run.hardware import jpeg as _jpeg
from socketpool_run.hardware.desk import open_file as _open

__all__ = ["JpegDecoder"]


class JpegDecoder:
    """Baseline files, gray or in colour."""

    def __init__(self):
        self._picture = None

    def open(self, source):
        """A file's name, its bytes, or an open file; (width, height)."""
        if isinstance(source, str):
            with _open(source) as file:
                data = file.read()
        else:
            data = source.read() if hasattr(source, "read") else bytes(source)
        self._picture = _jpeg.Picture(data)
        return self._picture.width, self._picture.height

    def decode(self, bitmap, scale=0, x=0, y=0, *, x1=0, y1=0, x2=None, y2=None, skip_source_index=None, skip_dest_index=None):
        """Write the picture, halved `scale` times, into a bitmap of 16 bits with its bytes swapped, as boards do."""
        if self._picture is None:
            raise RuntimeError("no picture is open")
        if not 0 <= scale <= 3:
            raise ValueError("scale must be 0-3")
        picture, self._picture = self._picture, None
        width, height = picture.width >> scale, picture.height >> scale
        pixels = picture.decode()
        for row in range(y1, min(height, height if y2 is None else y2)):
            for column in range(x1, min(width, width if x2 is None else x2)):
                value = _colors.to_565(pixels[(row << scale) * picture.width + (column << scale)])
                value = (value & 0xFF) << 8 | value >> 8
                at = x + column - x1, y + row - y1
                if value == skip_source_index or not (0 <= at[0] < bitmap.width and 0 <= at[1] < bitmap.height):
                    continue
                if skip_dest_index is None or bitmap[at] != skip_dest_index:
                    bitmap[at] = value
