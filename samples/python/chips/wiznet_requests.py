"""HTTP over a W5500 or W5100S. On a PC: socketpool run wiznet_requests.py --board w5500"""

import adafruit_connection_manager
import adafruit_requests
import board
import busio
from adafruit_wiznet5k.adafruit_wiznet5k import WIZNET5K
from digitalio import DigitalInOut

eth = WIZNET5K(busio.SPI(board.SCK, board.MOSI, board.MISO), DigitalInOut(board.D10))
print(eth.chip, "address", eth.pretty_ip(eth.ip_address), "link", eth.link_status)

pool = adafruit_connection_manager.get_radio_socketpool(eth)
requests = adafruit_requests.Session(pool, adafruit_connection_manager.get_radio_ssl_context(eth))
with requests.get("http://wifitest.adafruit.com/testwifi/index.html") as response:
    print(response.status_code, response.text.strip())
