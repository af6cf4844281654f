"""Devices on I2C and on one wire: found by who looks for them, and measuring what is fed. Read here as their data sheets say."""

import struct
import types
import sys
import unittest

from .standins import StandinTestCase


class BusTests(StandinTestCase):
    def setUp(self):
        super().setUp()
        self.i2c = self.use("board").I2C()
        self.assertTrue(self.i2c.try_lock())

    def load(self, library):
        """As if the program had imported a library."""
        sys.modules[library] = types.ModuleType(library)
        self.addCleanup(sys.modules.pop, library)

    def read(self, address, register, count):
        buffer = bytearray(count)
        self.i2c.writeto_then_readfrom(address, bytes([register]) if isinstance(register, int) else register, buffer)
        return bytes(buffer)

    def test_a_bus_must_be_locked_and_is_one_program_s(self):
        self.assertFalse(self.i2c.try_lock())
        self.i2c.unlock()
        with self.assertRaisesRegex(RuntimeError, "lock"):
            self.i2c.scan()
        self.assertTrue(self.i2c.try_lock())

    def test_nobody_answers_at_an_address_that_nobody_has(self):
        with self.assertRaises(OSError) as refused:
            self.i2c.writeto(0x42, b"")
        self.assertEqual(19, refused.exception.errno)
        self.assertEqual([], self.i2c.scan())
        self.assertIn("I2C device 0x42: nobody answers", self.notes("busio"))

    def test_registers_that_are_fed_keep_what_is_written(self):
        self.feed(**{"i2c_0x42": {}})
        self.i2c.writeto(0x42, bytes([0x10, 1, 2, 3]))
        self.assertEqual(b"\x01\x02\x03\0", self.read(0x42, 0x10, 4))

    def test_a_scan_finds_those_whose_library_is_loaded_and_those_that_are_fed(self):
        self.load("adafruit_lc709203f")
        self.feed(**{"i2c_0x55": {0: 7}})
        self.assertEqual([0x0B, 0x55], self.i2c.scan())
        self.assertEqual(b"\x07", self.read(0x55, 0, 1))

    def test_a_fed_device_may_be_an_object(self):
        class Echo:
            def write(self, data):
                self.last = data

            def read(self, count):
                return self.last[:count][::-1]

        self.feed(**{"i2c_0x33": Echo()})
        self.i2c.writeto(0x33, b"abc")
        buffer = bytearray(3)
        self.i2c.readfrom_into(0x33, buffer)
        self.assertEqual(b"cba", buffer)

    def test_nobody_answers_where_false_is_fed(self):
        self.feed(**{"i2c_0x33": False})
        self.assertRaises(OSError, self.i2c.writeto, 0x33, b"")
        self.assertFalse(self.i2c.probe(0x33))

    def test_two_libraries_at_one_address_get_their_own_device(self):
        self.load("adafruit_bme680")
        self.assertEqual(b"\x61", self.read(0x77, 0xD0, 1))

    def test_a_bme280_measures_what_is_fed(self):
        self.load("adafruit_bme280")
        self.feed(sensor_temperature=-3.25, sensor_humidity=62.5, sensor_pressure=998.7)
        self.assertEqual(b"\x60", self.read(0x77, 0xD0, 1))
        t1, t2, t3, p1 = struct.unpack("<HhhH", self.read(0x77, 0x88, 8))
        self.assertEqual(0, t3)
        raw = self.read(0x77, 0xF7, 8)
        pressure, temperature, humidity = int.from_bytes(raw[:3], "big") >> 4, int.from_bytes(raw[3:6], "big") >> 4, int.from_bytes(raw[6:], "big")
        self.assertAlmostEqual(-3.25, (temperature / 16384 - t1 / 1024) * t2 / 5120, 2)
        self.assertAlmostEqual(998.7, (1048576 - pressure) * 6250 / p1 / 100, 1)
        self.assertAlmostEqual(62.5, humidity * struct.unpack("<h", self.read(0x77, 0xE1, 2))[0] / 65536, 1)

    def test_a_battery_gauge_s_words_have_their_checksum(self):
        self.load("adafruit_lc709203f")
        self.feed(sensor_voltage=3.712, sensor_percent=55)
        word = self.read(0x0B, 0x09, 3)
        self.assertEqual(3712, struct.unpack("<H", word[:2])[0])
        crc = 0
        for byte in bytes([0x16, 0x09, 0x17]) + word[:2]:
            crc ^= byte
            for _ in range(8):
                crc = (crc << 1 ^ 0x07 if crc & 0x80 else crc << 1) & 0xFF
        self.assertEqual(crc, word[2])
        self.assertEqual(550, struct.unpack("<H", self.read(0x0B, 0x0F, 2))[0])

    def test_sensirion_s_words_have_their_checksum(self):
        from socketpool_run.hardware.devices import crc8

        self.assertEqual(0x92, crc8(b"\xbe\xef"))  # the example of the data sheets
        self.load("adafruit_sht4x")
        self.feed(sensor_temperature=25.0)
        data = self.read(0x44, 0xFD, 6)
        self.assertAlmostEqual(25.0, int.from_bytes(data[:2], "big") / 65535 * 175 - 45, 2)
        self.assertEqual((crc8(data[:2]), crc8(data[3:5])), (data[2], data[5]))

    def test_an_accelerometer_feels_the_earth(self):
        self.load("adafruit_lis3dh")
        x, y, z = struct.unpack("<hhh", self.read(0x18, 0x28 | 0x80, 6))
        self.assertEqual((0, 0, 16380), (x, y, z))

    def test_a_gauge_s_reset_is_not_acknowledged(self):
        self.load("adafruit_max1704x")
        self.assertRaises(OSError, self.i2c.writeto, 0x36, b"\xfe\x54\x00")
        self.assertEqual(0x10, int.from_bytes(self.read(0x36, 0x08, 2), "big") & 0xFFF0)

    def test_one_wire_finds_its_thermometer_and_reads_it(self):
        wire = self.use("onewireio").OneWire(self.use("board").GP5)
        self.feed(sensor_temperature=-10.5)

        def write(*values):
            for value in values:
                for place in range(8):
                    wire.write_bit(value >> place & 1)

        def read():
            return sum(wire.read_bit() << place for place in range(8))

        from socketpool_run.hardware.onewire import crc

        self.assertFalse(wire.reset())
        write(0x33)
        rom = bytes(read() for _ in range(8))
        self.assertEqual((0x28, 0), (rom[0], crc(rom)))
        wire.reset()
        write(0xF0)
        found = 0
        for place in range(64):
            bit, other = wire.read_bit(), wire.read_bit()
            self.assertNotEqual(bit, other)
            found |= bit << place
            wire.write_bit(bit)
        self.assertEqual(rom, found.to_bytes(8, "little"))
        wire.reset()
        write(0x55, *rom)
        write(0xBE)
        data = bytes(read() for _ in range(9))
        self.assertEqual(0, crc(data))
        self.assertEqual(-10.5, struct.unpack("<h", data[:2])[0] / 16)


if __name__ == "__main__":
    unittest.main()
