"""A picture under construction: pixels of 24 bits, with what lies outside left out."""

from array import array

from . import png


class Canvas:
    """`width` by `height` pixels, black at first."""

    def __init__(self, width, height):
        self.width, self.height = width, height
        self.pixels = array("I", bytes(4 * width * height))

    def columns(self, start, count, scale):
        """Which of `count` columns, each `scale` pixels wide from `start` on, are within the picture."""
        return _within(start, count, scale, self.width)

    def rows(self, start, count, scale):
        """As `columns`, from top to bottom."""
        return _within(start, count, scale, self.height)

    def put(self, x, y, scale, color):
        """A square of `scale` pixels."""
        if scale == 1:
            self.pixels[y * self.width + x] = color
        else:
            self.fill(x, y, scale, scale, color)

    def fill(self, x, y, width, height, color):
        """A rectangle, as far as it is within the picture."""
        left, right = max(x, 0), min(x + width, self.width)
        if left >= right:
            return
        run = array("I", [color]) * (right - left)
        for row in range(max(y, 0), min(y + height, self.height)):
            self.pixels[row * self.width + left : row * self.width + right] = run

    def shown(self, show):
        """The picture as a display shows it, colour by colour."""
        known = {color: show(color) for color in set(self.pixels)}
        return array("I", map(known.__getitem__, self.pixels))

    def png(self, show=None):
        """The picture as a PNG file."""
        pixels = self.pixels if show is None else self.shown(show)
        data = bytearray(3 * len(pixels))
        for shift, channel in ((16, 0), (8, 1), (0, 2)):
            data[channel::3] = bytes(pixel >> shift & 0xFF for pixel in pixels)
        return png.encode(self.width, self.height, data)


def _within(start, count, scale, size):
    first = max(0, -(start + scale - 1) // scale if start < 0 else 0)
    while first * scale + start + scale <= 0:
        first += 1
    last = min(count, -(-(size - start) // scale))
    return range(first, max(first, last))
