"""HTTP over AirLift, as on a PyPortal or with an AirLift FeatherWing. On a PC: socketpool run airlift_requests.py --board airlift"""

from os import getenv

import adafruit_connection_manager
import adafruit_requests
import board
import busio
from adafruit_esp32spi import adafruit_esp32spi
from digitalio import DigitalInOut

spi = busio.SPI(board.SCK, board.MOSI, board.MISO)
radio = adafruit_esp32spi.ESP_SPIcontrol(spi, DigitalInOut(board.ESP_CS), DigitalInOut(board.ESP_BUSY), DigitalInOut(board.ESP_RESET))
radio.connect(getenv("CIRCUITPY_WIFI_SSID", "desk"), getenv("CIRCUITPY_WIFI_PASSWORD", "password"))
print("firmware", radio.firmware_version, "address", radio.ipv4_address)

pool = adafruit_connection_manager.get_radio_socketpool(radio)
requests = adafruit_requests.Session(pool, adafruit_connection_manager.get_radio_ssl_context(radio))
for url in ("http://wifitest.adafruit.com/testwifi/index.html", "https://api.example.com/data.json"):
    with requests.get(url) as response:
        print(response.status_code, response.text.strip())
