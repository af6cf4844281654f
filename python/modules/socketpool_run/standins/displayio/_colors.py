"""From values to colours: `Palette` by a table, `ColorConverter` by arithmetic."""

from socketpool_run.hardware import colors as _colors


class _Space:
    def __init__(self, name):
        self._name = name

    def __repr__(self):
        return f"displayio.Colorspace.{self._name}"


class Colorspace:
    """How a value of 16 or 24 bits holds red, green and blue."""


for _name in ("RGB888", "RGB565", "RGB565_SWAPPED", "RGB555", "RGB555_SWAPPED", "BGR565", "BGR565_SWAPPED", "BGR555", "BGR555_SWAPPED", "L8"):
    setattr(Colorspace, _name, _Space(_name))
del _name


class Palette:
    """A table of colours, 0x000000 at first."""

    def __init__(self, color_count, *, dither=False):
        if not 1 <= color_count <= 32767:
            raise ValueError("color_count must be 1-32767")
        self._colors = [0] * color_count
        self._clear = set()
        self.dither = bool(dither)

    def __len__(self):
        return len(self._colors)

    def _index(self, index):
        if not isinstance(index, int):
            raise TypeError("indices must be integers")
        if not -len(self._colors) <= index < len(self._colors):
            raise IndexError("palette index out of range")
        return index % len(self._colors)

    def __getitem__(self, index):
        return self._colors[self._index(index)]

    def __setitem__(self, index, value):
        self._colors[self._index(index)] = _color(value)

    def make_transparent(self, palette_index):
        """Let what is below show through where this value is."""
        self._clear.add(self._index(palette_index))

    def make_opaque(self, palette_index):
        """Undo `make_transparent`."""
        self._clear.discard(self._index(palette_index))

    def is_transparent(self, palette_index):
        """Whether what is below shows through."""
        return self._index(palette_index) in self._clear

    def _rgb(self, value):
        """The colour of a value as 0xRRGGBB, None where it is transparent or not in the table."""
        if value in self._clear or value >= len(self._colors):
            return None
        return self._colors[value]


class ColorConverter:
    """Takes each value for a colour itself."""

    def __init__(self, *, input_colorspace=Colorspace.RGB888, dither=False):
        if not isinstance(input_colorspace, _Space):
            raise TypeError("input_colorspace must be of type Colorspace")
        self._space = input_colorspace
        self._decode = _colors.decoder(input_colorspace._name)
        self.dither = bool(dither)
        self._clear = None

    def convert(self, color):
        """The colour as a display of 16 bits shows it, 5 bits of red, 6 of green and 5 of blue."""
        return _colors.to_565(self._decode(color))

    def make_transparent(self, color):
        """Let what is below show through where this value is; one value only."""
        if self._clear is not None and self._clear != color:
            raise RuntimeError("Only one color can be transparent at a time")
        self._clear = color

    def make_opaque(self, color):
        """Undo `make_transparent`."""
        if self._clear == color:
            self._clear = None

    def _rgb(self, value):
        return None if value == self._clear else self._decode(value)


def _color(value):
    if isinstance(value, int):
        if not 0 <= value <= 0xFFFFFF:
            raise ValueError("color must be 0x000000-0xffffff")
        return value
    parts = bytes(value) if not isinstance(value, (tuple, list)) else value
    if len(parts) not in (3, 4) or not all(0 <= part <= 255 for part in parts):
        raise ValueError("color buffer must be 3 bytes (RGB) or 4 bytes (RGB + pad byte)")
    return parts[0] << 16 | parts[1] << 8 | parts[2]
