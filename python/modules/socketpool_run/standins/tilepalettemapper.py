"""CircuitPython's `tilepalettemapper`: other colours for each tile of a grid."""

__all__ = ["TilePaletteMapper"]


class TilePaletteMapper:
    """For each tile, which colour of the palette stands for which value."""

    def __init__(self, pixel_shader, input_color_count):
        if not 1 <= input_color_count <= 65535:
            raise ValueError("input_color_count must be 1-65535")
        self.pixel_shader, self._count = pixel_shader, input_color_count
        self.tilegrid, self.width, self.height, self._maps = None, 0, 0, []

    def _bind(self, tilegrid):
        if self.tilegrid is not None and self.tilegrid is not tilegrid:
            raise ValueError("TilePaletteMapper may only be bound to a TileGrid once")
        self.tilegrid, self.width, self.height = tilegrid, tilegrid.width, tilegrid.height
        self._maps = [tuple(range(self._count))] * (self.width * self.height)

    def _at(self, index):
        if isinstance(index, (tuple, list)):
            x, y = index
            if not (0 <= x < self.width and 0 <= y < self.height):
                raise IndexError("Index out of range")
            return y * self.width + x
        return index

    def __getitem__(self, index):
        return self._maps[self._at(index)]

    def __setitem__(self, index, value):
        value = tuple(value)
        if len(value) > self._count:
            raise ValueError("mapping too long")
        self._maps[self._at(index)] = value + tuple(range(len(value), self._count))

    def _rgb_at(self, x, y, value):
        mapping = self._maps[y * self.width + x]
        return self.pixel_shader._rgb(mapping[value] if value < len(mapping) else value)
