"""A grid of tiles, each a part of one bitmap."""

from ._bitmap import Bitmap
from ._bmp import OnDiskBitmap


class TileGrid:
    """`width` by `height` tiles of a bitmap at a place in its group, mirrored and transposed as told."""

    _is_shared = False

    def __init__(self, bitmap, *, pixel_shader, width=1, height=1, tile_width=None, tile_height=None, default_tile=0, x=0, y=0):
        _check_bitmap(bitmap)
        _check_shader(pixel_shader)
        tile_width = bitmap.width if tile_width is None or tile_width == 0 else tile_width
        tile_height = bitmap.height if tile_height is None or tile_height == 0 else tile_height
        if tile_width < 1 or tile_height < 1 or bitmap.width % tile_width:
            raise ValueError("Tile width must exactly divide bitmap width")
        if bitmap.height % tile_height:
            raise ValueError("Tile height must exactly divide bitmap height")
        if width < 1 or height < 1:
            raise ValueError("width and height must be >= 1")
        self._bitmap, self._shader = bitmap, pixel_shader
        self._columns, self._rows = int(width), int(height)
        self._tile_width, self._tile_height = int(tile_width), int(tile_height)
        self._check_tile(default_tile)
        self._tiles = [default_tile] * (self._columns * self._rows)
        self._x, self._y = int(x), int(y)
        self._parent = None
        self.hidden = False
        self.flip_x = self.flip_y = self.transpose_xy = False
        if self._by_place():
            pixel_shader._bind(self)

    @property
    def x(self):
        """The place in the group."""
        return self._x

    @x.setter
    def x(self, value):
        self._x = int(value)

    @property
    def y(self):
        """The place in the group."""
        return self._y

    @y.setter
    def y(self, value):
        self._y = int(value)

    @property
    def width(self):
        """How many tiles a row has."""
        return self._columns

    @property
    def height(self):
        """How many rows there are."""
        return self._rows

    @property
    def tile_width(self):
        """Of a tile, in pixels."""
        return self._tile_width

    @property
    def tile_height(self):
        """Of a tile, in pixels."""
        return self._tile_height

    @property
    def pixel_shader(self):
        """What makes colours of the bitmap's values."""
        return self._shader

    @pixel_shader.setter
    def pixel_shader(self, value):
        _check_shader(value)
        self._shader = value
        if self._by_place():
            value._bind(self)

    @property
    def bitmap(self):
        """What the tiles are parts of; another one must be of the same size."""
        return self._bitmap

    @bitmap.setter
    def bitmap(self, value):
        _check_bitmap(value)
        if (value.width, value.height) != (self._bitmap.width, self._bitmap.height):
            raise ValueError("New bitmap must be same size as old bitmap")
        self._bitmap = value

    def _check_tile(self, tile):
        if not 0 <= tile < (self._bitmap.width // self._tile_width) * (self._bitmap.height // self._tile_height):
            raise ValueError("Tile index out of bounds")

    def _at(self, index):
        if isinstance(index, (tuple, list)):
            x, y = index
            if not (0 <= x < self._columns and 0 <= y < self._rows):
                raise IndexError("Tile index out of bounds")
            return y * self._columns + x
        if not 0 <= index < len(self._tiles):
            raise IndexError("Tile index out of bounds")
        return index

    def __getitem__(self, index):
        return self._tiles[self._at(index)]

    def __setitem__(self, index, value):
        self._check_tile(value)
        self._tiles[self._at(index)] = value

    def _size(self):
        width, height = self._columns * self._tile_width, self._rows * self._tile_height
        return (height, width) if self.transpose_xy else (width, height)

    def contains(self, touch_tuple):
        """Whether a point of the group is within the tiles."""
        x, y = touch_tuple[0], touch_tuple[1]
        width, height = self._size()
        return self._x <= x < self._x + width and self._y <= y < self._y + height

    def _draw(self, canvas, x, y, scale):
        if self.hidden:
            return
        width, height = self._size()
        columns, rows = self._columns * self._tile_width, self._rows * self._tile_height
        read, shade = self._bitmap._value_at, {}
        rgb = self._mapper()
        across = self._bitmap.width // self._tile_width
        left, top = x + self._x * scale, y + self._y * scale
        for row in canvas.rows(top, height, scale):
            for column in canvas.columns(left, width, scale):
                at_x, at_y = (row, column) if self.transpose_xy else (column, row)
                at_x = columns - 1 - at_x if self.flip_x else at_x
                at_y = rows - 1 - at_y if self.flip_y else at_y
                place = at_y // self._tile_height * self._columns + at_x // self._tile_width
                tile = self._tiles[place]
                value = read(tile % across * self._tile_width + at_x % self._tile_width, tile // across * self._tile_height + at_y % self._tile_height)
                key = (place, value) if self._by_place() else value
                if key in shade:
                    color = shade[key]
                else:
                    color = shade[key] = rgb(place, value)
                if color is not None:
                    canvas.put(left + column * scale, top + row * scale, scale, color)

    def _by_place(self):
        return hasattr(self._shader, "_rgb_at")

    def _mapper(self):
        if self._by_place():
            shader, columns = self._shader, self._columns
            return lambda place, value: shader._rgb_at(place % columns, place // columns, value)
        color = self._shader._rgb
        return lambda place, value: color(value)


def _check_bitmap(bitmap):
    if not isinstance(bitmap, (Bitmap, OnDiskBitmap)):
        raise TypeError(f"bitmap must be of type Bitmap or OnDiskBitmap, not {type(bitmap).__name__}")


def _check_shader(shader):
    if not hasattr(shader, "_rgb") and not hasattr(shader, "_rgb_at"):
        raise TypeError("unsupported pixel_shader type")
