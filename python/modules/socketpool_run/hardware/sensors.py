"""How each made-up device answers. Calibrations are chosen so that the formula of the data sheet becomes simple, and its inverse too."""

import struct

from .devices import Commands, Registers, WideRegisters, crc8, sensor, words


def temperature():
    """Degrees Celsius."""
    return sensor("temperature", 21.5)


def humidity():
    """Percent."""
    return sensor("humidity", 45.0)


def pressure():
    """Hectopascals."""
    return sensor("pressure", 1013.2)


def _shared(kelvin_from, kelvin_range, humid_from, humid_range):
    """Temperature and humidity as Sensirion's sensors send them, as parts of 65535."""
    return words(round((temperature() - kelvin_from) / kelvin_range * 65535), round((humidity() - humid_from) / humid_range * 65535))


def _raw_temperature():
    return max(0, min(0xFFFFF, round((temperature() + 64) * 5120)))


class Bme280(Registers):
    """T1 = 20480, T2 = 16384, P1 = 62500, H2 = 256: raw values are 5120 x (C + 64), 1048576 - 1000 x hPa, 256 x %."""

    def __init__(self, identity=0x60):
        super().__init__({0xD0: identity, 0x88: struct.pack("<HhhHhhhhhhhh", 20480, 16384, 0, 62500, *[0] * 8), 0xE1: struct.pack("<h", 256)})

    def read(self, count):
        raw = max(0, 1048576 - round(pressure() * 1000)), _raw_temperature()
        self.bytes[0xF7:0xFD] = b"".join((value << 4).to_bytes(3, "big") for value in raw)
        self.bytes[0xFD:0xFF] = min(65535, round(humidity() * 256)).to_bytes(2, "big")
        return super().read(count)


class Bme680(Registers):
    """As the BME280; its pressure has P1 = 62500, and gas and humidity their simplest calibrations."""

    def __init__(self):
        super().__init__({0xD0: 0x61, 0x1D: 0x80})
        first, second = bytearray(25), bytearray(16)
        struct.pack_into("<h", first, 1, 16384)  # T2
        struct.pack_into("<H", first, 5, 62500)  # P1
        struct.pack_into("<H", second, 8, 20480)  # T1
        struct.pack_into("<BBB", second, 0, 64, 0, 0)  # H2 = 1024, whose inverse is below
        self.bytes[0x89 : 0x89 + 25], self.bytes[0xE1 : 0xE1 + 16] = first, second

    def written(self, register, value):
        if register != 0x74:  # a forced measurement is over at once
            super().written(register, value)
        else:
            self.bytes[register] = value & 0xFC

    def read(self, count):
        raw = max(0, 1048576 - round(pressure() * 1000)), _raw_temperature()
        self.bytes[0x1F:0x25] = b"".join((value << 4).to_bytes(3, "big") for value in raw)
        self.bytes[0x25:0x27] = min(65535, round(humidity() * 256)).to_bytes(2, "big")
        self.bytes[0x2A:0x2C] = bytes([0x80, 0x34])
        return super().read(count)


class Dps310(Registers):
    """c0 = 0, c1 = 1 for the temperature, c00 only for the pressure."""

    def __init__(self):
        super().__init__({0x0D: 0x10, 0x08: 0xC0})

    def written(self, register, value):
        super().written(register, value | 0xF0 if register == 0x08 else value)

    def read(self, count):
        level = round(pressure() * 100) & 0xFFFFF
        coefficients = (round(2 * temperature()) & 0xFFF) << 12
        self.bytes[0x10:0x13] = coefficients.to_bytes(3, "big")
        self.bytes[0x13:0x16] = (level << 4).to_bytes(3, "big")
        return super().read(count)


class Aht20:
    """Ready at once: status, 20 bits of humidity, 20 bits of temperature, checksum."""

    def write(self, data):
        pass

    def read(self, count):
        raw = round(humidity() / 100 * (1 << 20)) << 20 | round((temperature() + 50) / 200 * (1 << 20))
        data = b"\x18" + raw.to_bytes(5, "big")
        return (data + bytes([crc8(data)]) + bytes(count))[:count]


def sht4x():
    """SHT40, SHT41, SHT45."""
    measured = lambda: _shared(-45, 175, -6, 125)  # noqa: E731
    answers = {bytes([command]): measured for command in (0xFD, 0xF6, 0xE0, 0x39, 0x32, 0x2F, 0x24, 0x1E, 0x15)}
    return Commands({**answers, b"\x89": lambda: words(0xDE5C, 0x0001)}, width=1)


def sht31():
    """SHT31-D."""
    measured = lambda: _shared(-45, 175, 0, 100)  # noqa: E731
    commands = ((high, low) for high in (0x24, 0x2C) for low in (0x00, 0x0B, 0x16, 0x06, 0x0D, 0x10))
    return Commands({**{bytes(command): measured for command in commands}, b"\xe0\0": measured, b"\xf3\x2d": lambda: words(0), b"\x37\x80": lambda: words(1, 2)})


def shtc3():
    """SHTC3; the order of the two values is in its commands."""
    both = lambda: _shared(-45, 175, 0, 100)  # noqa: E731
    turned = lambda: (lambda data: data[3:] + data[:3])(both())  # noqa: E731
    return Commands({b"\xef\xc8": lambda: words(0x0807), b"\x78\x66": both, b"\x7c\xa2": both, b"\x60\x9c": both, b"\x64\x58": both,
                     b"\x58\xe0": turned, b"\x5c\x24": turned, b"\x40\x1a": turned, b"\x44\xde": turned})


def scd4x():
    """SCD40, SCD41."""
    measured = lambda: words(sensor("co2", 612)) + _shared(-45, 175, 0, 100)  # noqa: E731
    return Commands({b"\xec\x05": measured, b"\xe4\xb8": lambda: words(0x8006), b"\x36\x82": lambda: words(1, 2, 3), b"\x36\x39": lambda: words(0),
                     b"\x23\x13": lambda: words(1), b"\x23\x18": lambda: words(round(4 / 175 * 65535)), b"\x23\x22": lambda: words(0),
                     b"\x36\x2f": lambda: words(0x8000)})


class Am2320:
    """Function 3 reads registers; the answer ends with the checksum of MODBUS."""

    def __init__(self):
        self._request = b""

    def write(self, data):
        self._request = bytes(data)

    def read(self, count):
        if len(self._request) < 3:
            return bytes(count)
        values = struct.pack(">HH", round(humidity() * 10), round(abs(temperature()) * 10) | (0x8000 if temperature() < 0 else 0))
        start, size = self._request[1:3]
        data = bytes([3, size]) + values[start : start + size]
        return (data + struct.pack("<H", _modbus(data)) + bytes(count))[:count]


def _modbus(data):
    crc = 0xFFFF
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = crc >> 1 ^ 0xA001 if crc & 1 else crc >> 1
    return crc


class _Mcp9808(WideRegisters):
    def value(self, register):
        if register == 5:
            raw = round(temperature() * 16)
            return (raw & 0x1FFF).to_bytes(2, "big")
        return super().value(register)


def mcp9808():
    """MCP9808."""
    return _Mcp9808({6: b"\0\x54", 7: b"\x04\0"})


class Lc709203f(WideRegisters):
    """Words of 16 bits, the low byte first, with a checksum over the whole exchange."""

    _ADDRESS = 0x0B

    def value(self, register):
        known = {0x08: (temperature() + 273.15) * 10, 0x09: sensor("voltage", 3.9) * 1000, 0x0D: sensor("percent", 80), 0x0F: sensor("percent", 80) * 10, 0x11: 0x2AFE}
        word = struct.pack("<H", round(known[register])) if register in known else self.words.get(register, b"\0\0")[:2]
        return word + bytes([crc8(bytes([2 * self._ADDRESS, register, 2 * self._ADDRESS + 1]) + word, 0x07, 0)])


class Max17048(WideRegisters):
    """A battery's voltage and charge; a reset is not acknowledged, as on the chip."""

    def __init__(self):
        super().__init__({0x08: b"\0\x12", 0x14: b"\x96\0", 0x18: b"\x96\x19", 0x19: b"\x19", 0x1A: b"\0\0"})

    def write(self, data):
        if data[:3] == b"\xfe\x54\x00":
            raise OSError(19, "No such device")
        super().write(data)

    def value(self, register):
        known = {0x02: sensor("voltage", 3.9) * 1e6 / 78.125, 0x04: sensor("percent", 80) * 256, 0x16: 0}
        return round(known[register]).to_bytes(2, "big") if register in known else super().value(register)


def _acceleration(scale):
    names = (("acceleration_x", 0.0), ("acceleration_y", 0.0), ("acceleration_z", 9.80665))
    return struct.pack("<hhh", *(max(-32768, min(32767, round(sensor(*name) / 9.80665 * scale))) for name in names))


class Lis3dh(Registers):
    """Range 2 g: 16380 is one; the highest bit of a register asks for the next ones, too."""

    def __init__(self):
        super().__init__({0x0F: 0x33, 0x27: 0x0F})

    def write(self, data):
        super().write(bytes([data[0] & 0x7F]) + data[1:] if data else data)

    def read(self, count):
        scale = {0: 16380, 1: 8190, 2: 4096, 3: 1365}[self.bytes[0x23] >> 4 & 3]
        self.bytes[0x28:0x2E] = _acceleration(scale)
        return super().read(count)


class Adxl343(Registers):
    """256 is one g."""

    def __init__(self):
        super().__init__({0x00: 0xE5})

    def read(self, count):
        self.bytes[0x32:0x38] = _acceleration(250)
        return super().read(count)


class Veml7700(WideRegisters):
    """0.5376 lux a count at its first settings."""

    def value(self, register):
        if register in (4, 5):
            return min(65535, round(sensor("lux", 120) / 0.5376)).to_bytes(2, "little")
        return super().value(register)


class Apds9960(Registers):
    """Everything has been measured; no gesture."""

    def __init__(self):
        super().__init__({0x92: 0xAB, 0x93: 0x03})

    def read(self, count):
        light = min(65535, round(sensor("lux", 120)))
        self.bytes[0x94:0x9C] = struct.pack("<HHHH", light, light // 3, light // 3, light // 3)
        self.bytes[0x9C] = min(255, round(sensor("proximity", 0)))
        return super().read(count)


class As7341(Registers):
    """Ten channels that see the same; switching is over at once."""

    def __init__(self):
        super().__init__({0x92: 0x24, 0xA3: 0x40})

    def written(self, register, value):
        super().written(register, value & ~0x10 if register == 0x80 else value)

    def read(self, count):
        self.bytes[0x95:0xA1] = struct.pack("<6H", *[min(65535, round(sensor("lux", 120)))] * 6)
        return super().read(count)


class Nau7802(Registers):
    """Ready, calibrated, with a value."""

    def written(self, register, value):
        super().written(register, value & ~0x04 if register == 0x02 else value)

    def value(self, register):
        return super().value(register) | (0x28 if register == 0x00 else 0)

    def read(self, count):
        self.bytes[0x12:0x15] = (round(sensor("weight", 1000)) & 0xFFFFFF).to_bytes(3, "big")
        return super().read(count)


class Seesaw:
    """Register files of two bytes of address: hardware, version, pins that are high, knobs that were not turned."""

    def __init__(self):
        self._register, self._written = (0, 0), {}

    def write(self, data):
        if len(data) >= 2:
            self._register = data[0], data[1]
            if len(data) > 2:
                self._written[self._register] = bytes(data[2:])

    def read(self, count):
        product = round(sensor("seesaw_product", 4991))
        known = {(0x00, 0x01): bytes([0x55]), (0x00, 0x02): (product << 16).to_bytes(4, "big"), (0x01, 0x04): b"\xff\xff\xff\xff",
                 (0x11, 0x30): round(sensor("knob", 0)).to_bytes(4, "big", signed=True), (0x11, 0x40): bytes(4),
                 (0x0F, 0x10): round(sensor("moisture", 500)).to_bytes(2, "big"), (0x00, 0x04): round(temperature() * 65536).to_bytes(4, "big", signed=True)}
        data = known.get(self._register, self._written.get(self._register, b""))
        return (data + bytes(count))[:count]


class Drv2605(Registers):
    """A driver of motors that is never busy."""

    def __init__(self):
        super().__init__({0x00: 0xE0})

    def written(self, register, value):
        super().written(register, 0 if register == 0x0C else value)


class Pcf8574:
    """Eight pins that keep what was written; nothing else drives them."""

    def __init__(self):
        self._pins = 0xFF

    def write(self, data):
        if data:
            self._pins = data[-1]

    def read(self, count):
        return bytes([self._pins]) * count


class Ov5640:
    """A camera's registers of 16 bits of address; its focus is idle, and its commands are over at once."""

    _STATUS, _ACKNOWLEDGE, _IDLE = 0x3029, 0x3023, 0x70

    def __init__(self):
        self._values, self._at = {0x300A: 0x56, 0x300B: 0x40}, 0

    def write(self, data):
        if len(data) >= 2:
            self._at = data[0] << 8 | data[1]
            for value in data[2:]:
                self._values[self._at] = 0 if self._at == self._ACKNOWLEDGE else value
                self._at += 1

    def read(self, count):
        places = range(self._at, self._at + count)
        return bytes(self._IDLE if place == self._STATUS else self._values.get(place, 0) for place in places)
