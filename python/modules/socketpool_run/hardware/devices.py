"""What answers on I2C: a device is fed (`i2c_0x77 = ...`), or made up for the library that looks for it; elsewhere is nobody."""

import sys

from .desk import asked, fed


class Registers:
    """Bytes behind a pointer: the first byte of a write sets it, and reads and writes move it on. Most devices are so."""

    def __init__(self, contents=None):
        self.bytes = bytearray(256)
        self.pointer = 0
        for register, data in (contents or {}).items():
            data = bytes([data]) if isinstance(data, int) else bytes(data)
            self.bytes[register : register + len(data)] = data

    def write(self, data):
        """As the bus does; `data` may be empty, when somebody asks whether there is a device."""
        if not data:
            return
        self.pointer = data[0]
        for value in data[1:]:
            self.written(self.pointer, value)
            self.pointer = (self.pointer + 1) & 0xFF

    def written(self, register, value):
        """One byte arrives."""
        self.bytes[register] = value

    def read(self, count):
        """As the bus does."""
        data = bytes(self.value(self.pointer + index & 0xFF) for index in range(count))
        self.pointer = (self.pointer + count) & 0xFF
        return data

    def value(self, register):
        """One byte leaves."""
        return self.bytes[register]


class WideRegisters:
    """Registers of more than a byte each."""

    def __init__(self, contents=None):
        self.words = {register: bytes(data) for register, data in (contents or {}).items()}
        self.register = 0

    def write(self, data):
        if data:
            self.register = data[0]
        if len(data) > 1:
            self.words[self.register] = bytes(data[1:])

    def read(self, count):
        data = self.value(self.register)[:count]
        return data + bytes(count - len(data))

    def value(self, register):
        """The bytes of a register."""
        return self.words.get(register, b"")


class Commands:
    """Answers by the command that was written: `answers` maps bytes to a function, or to bytes."""

    def __init__(self, answers, width=2):
        self.answers, self.width = answers, width
        self.command = b""

    def write(self, data):
        if data:
            self.command = bytes(data[: self.width])

    def read(self, count):
        answer = self.answers.get(self.command, b"")
        data = bytes(answer() if callable(answer) else answer)[:count]
        return data + bytes(count - len(data))


class I2CBus:
    """Addresses to devices; a device is made when it is first looked for."""

    def __init__(self):
        self._devices = {}

    def find(self, address):
        """The device at an address; None where nobody would be on a board."""
        if address not in self._devices:
            self._devices[address] = self._make(address)
        return self._devices[address]

    def addresses(self):
        """Those at which a scan finds somebody."""
        return sorted(address for address in range(0x08, 0x78) if self._fed(address) is not None or self._model(address) is not None)

    @staticmethod
    def _fed(address):
        return fed("i2c", (f"0x{address:02x}", f"0x{address:02X}", str(address)))

    @staticmethod
    def _model(address):
        from . import models

        return next((model for model in models.MODELS if address in model.addresses and _is_loaded(model.library)), None)

    def _make(self, address):
        given = self._fed(address)
        if given is not None:
            asked("busio", f"I2C device 0x{address:02x}:", "from the file of values")
            return Registers(given) if isinstance(given, dict) else given or None  # False: nobody
        model = self._model(address)
        if model is not None:
            asked("busio", f"I2C device 0x{address:02x}:", f"{model.name}, made up")
            return model.make(address) if model.needs_address else model.make()
        asked("busio", f"I2C device 0x{address:02x}:", "nobody answers")
        return None


def _is_loaded(library):
    return any(name == library or name.startswith(library + ".") for name in sys.modules)


def sensor(name, default):
    """What a made-up sensor measures: `sensor_temperature = 21.5` in the file of values."""
    return float(fed("sensor", name, default))


def crc8(data, polynomial=0x31, start=0xFF):
    """The checksum of sensors that send one with every two bytes."""
    crc = start
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = (crc << 1 ^ polynomial if crc & 0x80 else crc << 1) & 0xFF
    return crc


def words(*values):
    """Words of 16 bits, the high byte first, each with its checksum."""
    return b"".join(word + bytes([crc8(word)]) for word in (int(value).to_bytes(2, "big") for value in values))
