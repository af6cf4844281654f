"""Windows bitmaps from the drive: 1, 4, 8 bits with a palette, 16, 24 and 32 bits without; not compressed, or with masks."""

import struct

from ._colors import ColorConverter, Colorspace, Palette


class OnDiskBitmap:
    """A BMP file by its name or as an open file."""

    def __init__(self, file):
        if isinstance(file, str):
            from socketpool_run.hardware.desk import open_file

            with open_file(file) as opened:
                data = opened.read()
        else:
            file.seek(0)
            data = file.read()
            if not isinstance(data, (bytes, bytearray)):
                raise TypeError("file must be a file opened in byte mode")
        if len(data) < 54 or data[:2] != b"BM":
            raise ValueError("Invalid BMP file")
        offset, header, self._width, height, _, self._depth, compression = struct.unpack_from("<10xIIiiHHI", data, 0)
        self._top_down, self._height = height < 0, abs(height)
        if header not in (12, 40, 52, 56, 108, 124) or compression not in (0, 3):
            raise ValueError(f"Only Windows format, uncompressed BMP supported: given header size is {header}")
        self._stride = (self._width * self._depth + 31) // 32 * 4
        self._pixels = data[offset : offset + self._stride * self._height]
        if len(self._pixels) < self._stride * self._height:
            raise ValueError("Invalid BMP file")
        self._shader, self._value_at = self._reader(data, header, compression)

    def _reader(self, data, header, compression):
        if self._depth <= 8:
            if self._depth not in (1, 4, 8):
                raise ValueError(f"Only monochrome, indexed 4bpp or 8bpp, and 16bpp or greater BMPs supported: {self._depth} bpp given")
            return self._palette(data, header), self._indexed
        if self._depth == 16:
            is_565 = compression == 3 and struct.unpack_from("<I", data, 58)[0] == 0x07E0
            return ColorConverter(input_colorspace=Colorspace.RGB565 if is_565 else Colorspace.RGB555), self._words
        if self._depth not in (24, 32):
            raise ValueError(f"Only monochrome, indexed 4bpp or 8bpp, and 16bpp or greater BMPs supported: {self._depth} bpp given")
        return ColorConverter(), self._bytes

    def _palette(self, data, header):
        count = struct.unpack_from("<I", data, 46)[0] or 1 << self._depth
        palette = Palette(count)
        for index in range(count):
            blue, green, red = data[14 + header + 4 * index : 14 + header + 4 * index + 3]
            palette[index] = red << 16 | green << 8 | blue
        return palette

    def _row(self, y):
        return (y if self._top_down else self._height - 1 - y) * self._stride

    def _indexed(self, x, y):
        each = 8 // self._depth
        byte = self._pixels[self._row(y) + x // each]
        return byte >> (8 - self._depth - x % each * self._depth) & ((1 << self._depth) - 1)

    def _words(self, x, y):
        at = self._row(y) + 2 * x
        return self._pixels[at] | self._pixels[at + 1] << 8

    def _bytes(self, x, y):
        at = self._row(y) + self._depth // 8 * x
        return self._pixels[at] | self._pixels[at + 1] << 8 | self._pixels[at + 2] << 16

    @property
    def width(self):
        """In pixels."""
        return self._width

    @property
    def height(self):
        """In pixels."""
        return self._height

    @property
    def pixel_shader(self):
        """The file's palette, or what turns its values into colours."""
        return self._shader
