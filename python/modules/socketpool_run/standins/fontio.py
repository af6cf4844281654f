"""CircuitPython's `fontio`: glyphs, and the type of the built-in font."""

from collections import namedtuple as _namedtuple

from socketpool_run.hardware import font as _font

__all__ = ["BuiltinFont", "FontProtocol", "Glyph"]

Glyph = _namedtuple("Glyph", "bitmap tile_index width height dx dy shift_x shift_y")


class FontProtocol:
    """What a font has; for annotations."""

    def get_bounding_box(self):
        """(width, height), or with the offsets of both."""

    def get_glyph(self, codepoint):
        """A `Glyph`, or None."""


class BuiltinFont:
    """ASCII in cells of 6 x 12 pixels; `terminalio.FONT` is the only one."""

    def __init__(self):
        from displayio import Bitmap

        self._bitmap = Bitmap(_font.WIDTH * (_font.LAST - _font.FIRST + 1), _font.HEIGHT, 2)
        _font.draw(lambda x, y: self._bitmap.__setitem__((x, y), 1))

    @property
    def bitmap(self):
        """All glyphs side by side."""
        return self._bitmap

    def get_bounding_box(self):
        """(width, height) of every glyph."""
        return _font.WIDTH, _font.HEIGHT

    def get_glyph(self, codepoint):
        """A glyph, None where the font has none."""
        if not _font.FIRST <= codepoint <= _font.LAST:
            return None
        return Glyph(self._bitmap, codepoint - _font.FIRST, _font.WIDTH, _font.HEIGHT, 0, 0, _font.WIDTH, 0)
