"""GIF89a: frames from a file, and into one."""

import struct
from collections import namedtuple


class Frame(namedtuple("Frame", "left top width height colors transparent delay is_interlaced data size")):
    """A picture within the picture; `data` is LZW."""

    def pixels(self, across):
        """(place in a row-by-row picture `across` pixels wide, value) of what is not transparent."""
        rows = _interlaced(self.height) if self.is_interlaced else range(self.height)
        values = iter(_decompress(self.data, self.size))
        for row in rows:
            for column in range(self.width):
                value = next(values, None)
                if value is None:
                    return
                if value != self.transparent:
                    yield (self.top + row) * across + self.left + column, value


class Reader:
    """All frames of a file."""

    def __init__(self, data):
        if data[:6] not in (b"GIF87a", b"GIF89a"):
            raise ValueError("Invalid GIF file")
        self.width, self.height, flags = struct.unpack_from("<HHB", data, 6)
        self._data, self._at = data, 13
        self.colors = self._table(flags)
        self.frames = []
        self._transparent, self._delay = None, 0.1
        while self._at < len(data) and data[self._at] != 0x3B:
            self._block()

    def _table(self, flags):
        if not flags & 0x80:
            return []
        count = 2 << (flags & 7)
        part = self._data[self._at : self._at + 3 * count]
        self._at += 3 * count
        return [part[place] << 16 | part[place + 1] << 8 | part[place + 2] for place in range(0, len(part) - 2, 3)]

    def _parts(self):
        joined = bytearray()
        while self._at < len(self._data) and self._data[self._at]:
            size = self._data[self._at]
            joined += self._data[self._at + 1 : self._at + 1 + size]
            self._at += 1 + size
        self._at += 1
        return bytes(joined)

    def _block(self):
        kind = self._data[self._at]
        if kind == 0x21:
            label = self._data[self._at + 1]
            self._at += 2
            part = self._parts()
            if label == 0xF9:
                flags, delay, transparent = struct.unpack_from("<BHB", part)
                self._delay, self._transparent = delay / 100, transparent if flags & 1 else None
        elif kind == 0x2C:
            left, top, width, height, flags = struct.unpack_from("<HHHHB", self._data, self._at + 1)
            self._at += 10
            colors = self._table(flags) or self.colors
            size = self._data[self._at]
            self._at += 1
            self.frames.append(Frame(left, top, width, height, colors, self._transparent, self._delay, bool(flags & 0x40), self._parts(), size))
            self._transparent = None
        else:
            raise ValueError("Invalid GIF file")


def _interlaced(height):
    for start, step in ((0, 8), (4, 8), (2, 4), (1, 2)):
        yield from range(start, height, step)


def _decompress(data, size):
    clear, end = 1 << size, (1 << size) + 1
    table, width, before = [], 0, None
    bits = count = 0
    for byte in data:
        bits |= byte << count
        count += 8
        while count >= (width or size + 1):
            width = width or size + 1
            code = bits & (1 << width) - 1
            bits >>= width
            count -= width
            if code == clear:
                table, width, before = [bytes([value]) for value in range(clear)] + [b"", b""], size + 1, None
                continue
            if code == end:
                return
            if before is None:
                table = table or [bytes([value]) for value in range(clear)] + [b"", b""]
                entry = table[code]
            else:
                entry = table[code] if code < len(table) else before + before[:1]
                if len(table) < 4096:
                    table.append(before + entry[:1])
            yield from entry
            before = entry
            if len(table) >= 1 << width and width < 12:
                width += 1


def header(width, height, loops):
    """The start of a file with a table of 256 colours: three bits of red, three of green, two of blue."""
    table = bytes(channel for value in range(256) for channel in ((value >> 5) * 255 // 7, (value >> 2 & 7) * 255 // 7, (value & 3) * 85))
    forever = b"\x21\xff\x0bNETSCAPE2.0\x03\x01\0\0\0" if loops else b""
    return b"GIF89a" + struct.pack("<HHBBB", width, height, 0xF7, 0, 0) + table + forever


def frame(width, height, colors, delay):
    """A whole picture; its codes are cleared before they could grow, so that every value is nine bits."""
    values = (color >> 21 << 5 | (color >> 13 & 7) << 2 | color >> 6 & 3 for color in colors)
    bits = count = 0
    packed = bytearray()
    for number, value in enumerate(values):
        for code in (256, value) if number % 254 == 0 else (value,):
            bits |= code << count
            count += 9
        while count >= 8:
            packed.append(bits & 0xFF)
            bits >>= 8
            count -= 8
    bits |= 257 << count
    packed += bits.to_bytes((count + 9 + 7) // 8, "little")
    blocks = b"".join(bytes([len(packed[at : at + 255])]) + packed[at : at + 255] for at in range(0, len(packed), 255))
    control = b"\x21\xf9\x04" + struct.pack("<BHB", 4, round(delay * 100), 0) + b"\0"
    return control + b"\x2c" + struct.pack("<HHHHB", 0, 0, width, height, 0) + b"\x08" + blocks + b"\0"
