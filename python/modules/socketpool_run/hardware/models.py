"""Devices on I2C that are made up for the libraries that look for them.

Each has the identity that its data sheet gives, and measures what `sensor_NAME` in the file of values says: temperature (degrees Celsius),
humidity (percent), pressure (hPa), gas (ohm), co2 (ppm), lux, proximity, voltage (V), percent (of a battery), weight (raw), and
acceleration_x, _y, _z (m/s^2).
"""

from collections import namedtuple

from . import sensors
from .devices import Registers

Model = namedtuple("Model", "library name addresses make needs_address", defaults=(False,))
Model.__doc__ = "`library` is the module whose being loaded tells that the device is there; `make` makes it."


def _registers(contents):
    return lambda: Registers(contents)


MODELS = [
    Model("adafruit_bme280", "BME280", (0x77, 0x76), sensors.Bme280),
    Model("adafruit_bmp280", "BMP280", (0x77, 0x76), lambda: sensors.Bme280(0x58)),
    Model("adafruit_bme680", "BME680", (0x77, 0x76), sensors.Bme680),
    Model("adafruit_dps310", "DPS310", (0x77, 0x76), sensors.Dps310),
    Model("adafruit_ahtx0", "AHT20", (0x38,), sensors.Aht20),
    Model("adafruit_sht4x", "SHT45", (0x44, 0x45, 0x46), sensors.sht4x),
    Model("adafruit_sht31d", "SHT31-D", (0x44, 0x45), sensors.sht31),
    Model("adafruit_shtc3", "SHTC3", (0x70,), sensors.shtc3),
    Model("adafruit_scd4x", "SCD41", (0x62,), sensors.scd4x),
    Model("adafruit_am2320", "AM2320", (0x5C,), sensors.Am2320),
    Model("adafruit_mcp9808", "MCP9808", (0x18,), sensors.mcp9808),
    Model("adafruit_lc709203f", "LC709203F", (0x0B,), sensors.Lc709203f),
    Model("adafruit_max1704x", "MAX17048", (0x36,), sensors.Max17048),
    Model("adafruit_lis3dh", "LIS3DH", (0x18, 0x19), sensors.Lis3dh),
    Model("adafruit_adxl34x", "ADXL343", (0x53, 0x1D), sensors.Adxl343),
    Model("adafruit_veml7700", "VEML7700", (0x10,), sensors.Veml7700),
    Model("adafruit_apds9960", "APDS9960", (0x39,), sensors.Apds9960),
    Model("adafruit_as7341", "AS7341", (0x39,), sensors.As7341),
    Model("cedargrove_nau7802", "NAU7802", (0x2A,), sensors.Nau7802),
    Model("adafruit_ov2640", "OV2640", (0x30,), _registers({0x0A: bytes([0x26, 0x42])})),
    Model("adafruit_ov7670", "OV7670", (0x21,), _registers({0x0A: bytes([0x76, 0x73])})),
    Model("adafruit_ov5640", "OV5640", (0x3C,), sensors.Ov5640),
    Model("adafruit_is31fl3741", "IS31FL3741", (0x30, 0x31, 0x32, 0x33), lambda address: Registers({0xFC: 2 * address}), True),
    Model("adafruit_seesaw", "seesaw", tuple(range(0x2E, 0x35)) + tuple(range(0x36, 0x50)) + tuple(range(0x60, 0x68)), sensors.Seesaw),
    Model("adafruit_drv2605", "DRV2605", (0x5A,), sensors.Drv2605),
    Model("adafruit_tsc2007", "TSC2007", (0x48, 0x49, 0x4A, 0x4B), _registers({})),
    Model("adafruit_aw9523", "AW9523", (0x58, 0x59, 0x5A, 0x5B), _registers({0x10: 0x23})),
    Model("adafruit_cst8xx", "CST826", (0x15,), _registers({0xA7: 0xB4, 0xA8: bytes([0xB4, 0, 0, 0, 0x11])})),
    Model("adafruit_focaltouch", "FT6206", (0x38, 0x48), _registers({0xA1: bytes([0, 1, 6, 0, 0, 1, 0, 0x11])})),
    Model("adafruit_pcf8574", "PCF8574", tuple(range(0x20, 0x28)), sensors.Pcf8574),
    Model("adafruit_pycamera", "OV5640", (0x3C,), sensors.Ov5640),
    Model("adafruit_ht16k33", "HT16K33", tuple(range(0x70, 0x78)), _registers({})),
    Model("adafruit_displayio_ssd1306", "SSD1306", (0x3C, 0x3D), _registers({})),
]
