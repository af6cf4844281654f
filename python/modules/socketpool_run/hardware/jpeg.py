"""Baseline JPEG (ISO/IEC 10918-1), decoded in plain Python: enough for the pictures that boards show."""

import math
import struct

_ZIGZAG = [x + 8 * y for total in range(15) for x, y in
           ((place, total - place) if total % 2 == 0 else (total - place, place) for place in range(total + 1)) if x < 8 and y < 8]
_COSINES = [[math.cos((2 * x + 1) * u * math.pi / 16) * (math.sqrt(1 / 8) if u == 0 else 0.5) for u in range(8)] for x in range(8)]


class Picture:
    """`width`, `height`, and after `decode` its pixels."""

    def __init__(self, data):
        self._data = bytes(data)
        if self._data[:2] != b"\xff\xd8":
            raise ValueError("Invalid JPEG file")
        self._tables, self._quantizations, self._interval, self._parts = {}, {}, 0, []
        self.width = self.height = 0
        self._scan = self._read_head()

    def _read_head(self):
        at = 2
        while at + 4 <= len(self._data):
            marker, length = self._data[at + 1], struct.unpack_from(">H", self._data, at + 2)[0]
            part = self._data[at + 4 : at + 2 + length]
            if marker == 0xDB:
                while part:
                    wide, number = part[0] >> 4, part[0] & 15
                    self._quantizations[number] = struct.unpack_from(">64H" if wide else ">64B", part, 1)
                    part = part[129 if wide else 65 :]
            elif marker == 0xC4:
                self._read_codes(part)
            elif marker in (0xC0, 0xC1):
                _, self.height, self.width, count = struct.unpack_from(">BHHB", part)
                self._parts = [[part[6 + 3 * n], part[7 + 3 * n] >> 4, part[7 + 3 * n] & 15, part[8 + 3 * n], 0, 0] for n in range(count)]
            elif 0xC2 <= marker <= 0xCF:
                raise RuntimeError("only baseline JPEG is supported")
            elif marker == 0xDD:
                self._interval = struct.unpack(">H", part[:2])[0]
            elif marker == 0xDA:
                for number in range(part[0]):
                    for each in self._parts:
                        if each[0] == part[1 + 2 * number]:
                            each[4], each[5] = part[2 + 2 * number] >> 4, part[2 + 2 * number] & 15
                return at + 2 + length
            at += 2 + length
        raise ValueError("Invalid JPEG file")

    def _read_codes(self, part):
        while part:
            counts, code, place, table = part[1:17], 0, 17, {}
            for length, count in enumerate(counts, 1):
                for _ in range(count):
                    table[length, code] = part[place]
                    code, place = code + 1, place + 1
                code <<= 1
            self._tables[part[0] >> 4, part[0] & 15] = table
            part = part[place:]

    def decode(self):
        """0xRRGGBB of each pixel, row after row."""
        across, down = max(part[1] for part in self._parts), max(part[2] for part in self._parts)
        columns, rows = -(-self.width // (8 * across)), -(-self.height // (8 * down))
        planes = [[bytearray(columns * part[1] * 8) for _ in range(rows * part[2] * 8)] for part in self._parts]
        bits, before = _Bits(self._data, self._scan), [0] * len(self._parts)
        for number in range(columns * rows):
            if self._interval and number and number % self._interval == 0:
                bits.restart()
                before = [0] * len(self._parts)
            for index, (_, wide, high, quantization, dc, ac) in enumerate(self._parts):
                for block in range(wide * high):
                    before[index] = self._block(bits, planes[index], (number % columns * wide + block % wide) * 8, (number // columns * high + block // wide) * 8,
                                                self._quantizations[quantization], self._tables[0, dc], self._tables[1, ac], before[index])
        return self._colors(planes, across, down)

    @staticmethod
    def _block(bits, plane, left, top, quantization, dc, ac, before):
        values = [0] * 64
        size = bits.code(dc)
        before += bits.signed(size)
        values[0] = before * quantization[0]
        place = 1
        while place < 64:
            both = bits.code(ac)
            if both == 0:
                break
            place += both >> 4
            if both & 15 and place < 64:
                values[_ZIGZAG[place]] = bits.signed(both & 15) * quantization[place]
            place += 1
        if place == 1:  # one grey
            level = max(0, min(255, round(values[0] / 8 + 128)))
            for y in range(8):
                plane[top + y][left : left + 8] = bytes([level] * 8)
            return before
        lines = [[sum(cosines[u] * values[8 * v + u] for u in range(8)) for cosines in _COSINES] for v in range(8)]
        for y in range(8):
            cosines = _COSINES[y]
            plane[top + y][left : left + 8] = bytes(
                max(0, min(255, round(sum(cosines[v] * lines[v][x] for v in range(8)) + 128))) for x in range(8))
        return before

    def _colors(self, planes, across, down):
        steps = [(across // part[1], down // part[2]) for part in self._parts]
        if len(planes) < 3:
            return [planes[0][y][x] * 0x010101 for y in range(self.height) for x in range(self.width)]
        result = []
        for y in range(self.height):
            lines = [plane[y // step[1]] for plane, step in zip(planes, steps)]
            for x in range(self.width):
                light, blue, red = (line[x // step[0]] for line, step in zip(lines, steps))
                parts = light + 1.402 * (red - 128), light - 0.344136 * (blue - 128) - 0.714136 * (red - 128), light + 1.772 * (blue - 128)
                r, g, b = (max(0, min(255, round(part))) for part in parts)
                result.append(r << 16 | g << 8 | b)
        return result


class _Bits:
    def __init__(self, data, at):
        self._data, self._at, self._bits, self._count = data, at, 0, 0

    def _fill(self):
        byte = self._data[self._at] if self._at < len(self._data) else 0
        if byte == 0xFF and self._data[self._at + 1 : self._at + 2] != b"\0":
            byte = 0  # a marker: nothing follows
        else:
            self._at += 2 if byte == 0xFF else 1
        self._bits, self._count = self._bits << 8 | byte, self._count + 8

    def take(self, count):
        while self._count < count:
            self._fill()
        self._count -= count
        value = self._bits >> self._count
        self._bits &= (1 << self._count) - 1
        return value

    def code(self, table):
        code = 0
        for length in range(1, 17):
            code = code << 1 | self.take(1)
            found = table.get((length, code))
            if found is not None:
                return found
        raise RuntimeError("Invalid JPEG file")

    def signed(self, size):
        if not size:
            return 0
        value = self.take(size)
        return value if value >> size - 1 else value - (1 << size) + 1

    def restart(self):
        self._bits = self._count = 0
        while self._at + 1 < len(self._data) and not (self._data[self._at] == 0xFF and 0xD0 <= self._data[self._at + 1] <= 0xD7):
            self._at += 1
        self._at += 2
