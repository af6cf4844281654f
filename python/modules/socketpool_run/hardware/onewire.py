"""A thermometer on one wire: DS18B20, alone on its bus. It knows the ROM commands and the function commands of its data sheet."""

from .devices import sensor

_ROM = bytes([0x28, 1, 2, 3, 4, 5, 6])


def crc(data):
    """The checksum of 1-Wire: x^8 + x^5 + x^4 + 1, the lowest bit first."""
    value = 0
    for byte in data:
        value ^= byte
        for _ in range(8):
            value = value >> 1 ^ 0x8C if value & 1 else value >> 1
    return value


class Thermometer:
    """Bits in, bits out."""

    def __init__(self):
        self.rom = _ROM + bytes([crc(_ROM)])
        self.resolution = 0x7F
        self.reset()

    def reset(self):
        """A reset pulse: wait for a command."""
        self._in, self._out, self._skip, self._search = [], [], 0, None

    def read_bit(self):
        """A one where nobody pulls the line down."""
        if self._search is not None:
            place, turn = divmod(self._search, 3)
            self._search += 1
            bit = self.rom[place // 8] >> place % 8 & 1
            return bool(bit if turn == 0 else not bit)
        return self._out.pop(0) if self._out else True

    def write_bit(self, bit):
        """Eight make a byte; in a search they choose a branch."""
        if self._search is not None:
            place = self._search // 3
            self._search = self._search + 1 if bit == bool(self.rom[place // 8] >> place % 8 & 1) and place < 63 else None
            return
        self._in.append(bit)
        if len(self._in) == 8:
            byte = sum(value << place for place, value in enumerate(self._in))
            self._in.clear()
            self._command(byte)

    def _command(self, byte):
        if self._skip:
            self._skip -= 1
            if not self._skip and self._writes:
                self.resolution = byte
        elif byte == 0xF0:
            self._search = 0
        elif byte == 0x33:
            self._send(self.rom)
        elif byte == 0x55:
            self._skip, self._writes = 8, False
        elif byte == 0x4E:
            self._skip, self._writes = 3, True
        elif byte == 0xBE:
            raw = round(sensor("temperature", 21.5) * 16) & 0xFFFF
            data = bytes([raw & 0xFF, raw >> 8, 0x4B, 0x46, self.resolution, 0xFF, 0x0C, 0x10])
            self._send(data + bytes([crc(data)]))

    def _send(self, data):
        self._out = [bool(byte >> place & 1) for byte in data for place in range(8)]
