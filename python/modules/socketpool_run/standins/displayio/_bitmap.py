"""Values in two dimensions."""

from array import array


class Bitmap(array):
    """`width` times `height` values below `value_count`; as a buffer, one item of 8 or 16 bits a pixel, row after row."""

    __module__ = "displayio"

    def __new__(cls, width, height, value_count):
        if not 0 <= width <= 32767 or not 0 <= height <= 32767:
            raise ValueError(f"{'width' if not 0 <= width <= 32767 else 'height'} must be 0-32767")
        bits = _bits_for(value_count)
        self = super().__new__(cls, "B" if bits <= 8 else "H", bytes(width * height * (1 if bits <= 8 else 2)))
        self._width, self._height, self._bits = width, height, bits
        return self

    def __init__(self, width, height, value_count):
        pass

    __eq__ = object.__eq__
    __ne__ = object.__ne__
    __hash__ = object.__hash__
    __repr__ = object.__repr__

    def __bool__(self):
        return True

    @property
    def width(self):
        """How many values a row has."""
        return self._width

    @property
    def height(self):
        """How many rows there are."""
        return self._height

    @property
    def bits_per_value(self):
        """1, 2, 4, 8 or 16."""
        return self._bits

    def _at(self, index):
        if isinstance(index, (tuple, list)):
            x, y = index
            x, y = int(x), int(y)
            if not (0 <= x < self._width and 0 <= y < self._height):
                raise IndexError("pixel coordinates out of bounds")
            return y * self._width + x
        if not isinstance(index, int):
            raise TypeError("unsupported bitmap index type")
        if not 0 <= index < self._width * self._height:
            raise IndexError("pixel coordinates out of bounds")
        return index

    def _value_at(self, x, y):
        return array.__getitem__(self, y * self._width + x)

    def __getitem__(self, index):
        return array.__getitem__(self, self._at(index))

    def __setitem__(self, index, value):
        if value >> self._bits:
            raise ValueError("pixel value requires too many bits")
        array.__setitem__(self, self._at(index), value)

    def fill(self, value):
        """Set every value."""
        if value >> self._bits:
            raise ValueError("pixel value requires too many bits")
        array.__setitem__(self, slice(None), array(self.typecode, [value]) * len(self))

    def dirty(self, x1=0, y1=0, x2=-1, y2=-1):
        """Says that the buffer was written to; everything is drawn anew here anyway."""

    def blit(self, x, y, source_bitmap, *, x1=0, y1=0, x2=None, y2=None, skip_index=None):
        """Copy a part of another bitmap here, without the values that equal `skip_index`."""
        import bitmaptools

        bitmaptools.blit(self, source_bitmap, x, y, x1=x1, y1=y1, x2=x2, y2=y2, skip_source_index=skip_index)

    def deinit(self):
        """Nothing to give back."""

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.deinit()


def _bits_for(value_count):
    if not 1 <= value_count <= 65536:
        raise ValueError("value_count must be 1-65536")
    return next(bits for bits in (1, 2, 4, 8, 16) if value_count <= 1 << bits)


# array's own ways to change the length would leave a bitmap of no size.
for _name in ("append", "extend", "insert", "pop", "remove", "reverse", "byteswap", "frombytes", "fromfile", "fromlist", "fromunicode"):
    setattr(Bitmap, _name, property(lambda self, _name=_name: _missing(_name)))
del _name


def _missing(name):
    raise AttributeError(f"'Bitmap' object has no attribute '{name}'")
