"""CircuitPython's `terminalio`: the built-in font, and a terminal on tiles."""

import fontio as _fontio

__all__ = ["FONT", "Terminal"]

FONT = _fontio.BuiltinFont()


class Terminal:
    """Writes characters into the tiles of a grid that shows a font's bitmap."""

    def __init__(self, scroll_area, font, *, status_bar=None):
        self._area, self._font, self._bar = scroll_area, font, status_bar
        self.cursor_x = self.cursor_y = 0

    def write(self, buf):
        """Write bytes of UTF-8; line feeds, returns and backspaces move, other control characters are passed over."""
        for character in bytes(buf).decode("utf-8", "replace"):
            if character == "\n":
                self._feed()
            elif character == "\r":
                self.cursor_x = 0
            elif character == "\b":
                self.cursor_x = max(0, self.cursor_x - 1)
            else:
                self._put(character)
        return len(buf)

    def _put(self, character):
        glyph = self._font.get_glyph(ord(character))
        if glyph is None:
            return
        if self.cursor_x >= self._area.width:
            self.cursor_x = 0
            self._feed()
        self._area[self.cursor_x, self.cursor_y] = glyph.tile_index
        self.cursor_x += 1

    def _feed(self):
        if self.cursor_y + 1 < self._area.height:
            self.cursor_y += 1
            return
        width = self._area.width
        for place in range(width * (self._area.height - 1)):
            self._area[place] = self._area[place + width]
        for x in range(width):
            self._area[x, self.cursor_y] = 0
