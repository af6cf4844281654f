"""CircuitPython's `adafruit_pixelbuf`: the colours of a strip of lights, in the order in which its lights want them."""

__all__ = ["PixelBuf"]


class PixelBuf:
    """`size` colours; `_transmit` of a class above sends them."""

    def __init__(self, size, *, byteorder="BGR", brightness=1.0, auto_write=False, header=b"", trailer=b""):
        self._order = _order(byteorder)
        self._byteorder = byteorder
        self._colors = [(0,) * self.bpp] * size
        self._header, self._trailer = bytes(header or b""), bytes(trailer or b"")
        self._brightness = _within(brightness)
        self.auto_write = bool(auto_write)

    @property
    def bpp(self):
        """Bytes a light: 3, or 4 with white or with a brightness of its own."""
        return len(self._order)

    @property
    def byteorder(self):
        """As given: a permutation of RGB, with W, or with P for the brightness of a light."""
        return self._byteorder

    @property
    def brightness(self):
        """0.0 to 1.0, of all lights."""
        return self._brightness

    @brightness.setter
    def brightness(self, value):
        self._brightness = _within(value)
        if self.auto_write:
            self.show()

    def __len__(self):
        return len(self._colors)

    def _parse(self, value):
        if isinstance(value, (int, float)):
            number = int(value)
            if not 0 <= number <= 0xFFFFFFFF:
                raise ValueError("color must be 0x000000-0xffffff")
            red, green, blue = number >> 16 & 0xFF, number >> 8 & 0xFF, number & 0xFF
            if "W" in self._byteorder:
                return (0, 0, 0, red) if red == green == blue else (red, green, blue, number >> 24)
            return (red, green, blue, 1.0)[: self.bpp]
        parts = tuple(value)
        if len(parts) not in (3, 4):
            raise ValueError(f"Expected tuple of length {self.bpp}, got {len(parts)}")
        if len(parts) < self.bpp:
            parts += (1.0,) if "P" in self._byteorder else (0,)
        colors = tuple(max(0, min(255, int(part))) for part in parts[:3])
        return colors + tuple(parts[3 : self.bpp])

    def __getitem__(self, index):
        return self._colors[index]

    def __setitem__(self, index, value):
        if isinstance(index, slice):
            places = range(*index.indices(len(self._colors)))
            values = [self._parse(color) for color in value]
            if len(places) != len(values):
                raise ValueError("Unmatched number of items on RHS")
            for place, color in zip(places, values):
                self._colors[place] = color
        else:
            if not -len(self._colors) <= index < len(self._colors):
                raise IndexError("Index out of range")
            self._colors[index] = self._parse(value)
        if self.auto_write:
            self.show()

    def fill(self, color):
        """All lights in one colour."""
        self._colors[:] = [self._parse(color)] * len(self._colors)
        if self.auto_write:
            self.show()

    def _bytes(self):
        data = bytearray(self._header)
        for color in self._colors:
            if "P" in self._byteorder:
                data.append(0xE0 | int(31 * min(1.0, color[3]) * self._brightness))
                data += bytes(color[place] for place in self._order[1:])
            else:
                data += bytes(int(color[place] * self._brightness) & 0xFF for place in self._order)
        return bytes(data + self._trailer)

    def show(self):
        """Send the colours."""
        self._transmit(self._bytes())

    def _transmit(self, buffer):
        """For the class above."""


def _within(brightness):
    return min(1.0, max(0.0, float(brightness)))


def _order(text):
    if len(text) not in (3, 4) or set(text) - set("RGBWP") or not set("RGB") <= set(text):
        raise ValueError("Invalid byteorder string")
    if "P" in text and text[0] != "P":
        raise ValueError("Invalid byteorder string")
    return ["RGBW".index(letter) if letter != "P" else 3 for letter in text]
