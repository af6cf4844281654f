"""`socketpool run --board airlift`, `w5500` and `w5100s`: the bytes of a program reach the chip's model.

With a folder of Adafruit's libraries in SOCKETPOOL_LIBRARIES (adafruit_esp32spi, adafruit_wiznet5k, adafruit_requests, adafruit_minimqtt and what these
need), they run unmodified; without it those tests are skipped.
"""

import os
import shutil
import unittest

from . import support
from .bed.case import BedCase
from .bed.hosts import Broker

_LIBRARIES = os.environ.get("SOCKETPOOL_LIBRARIES") or ""
_SAMPLES = os.path.join(support.REPOSITORY, "samples", "python", "chips")

_WIZNET = """
import busio, board
from adafruit_bus_device.spi_device import SPIDevice
from digitalio import DigitalInOut

class Bus:
    def __init__(self):
        self.spi = busio.SPI(board.SCK, board.MOSI, board.MISO)
        self.device = SPIDevice(self.spi, DigitalInOut(board.D10))

    def frame(self, data, count=0):
        answer = bytearray(count)
        with self.device as spi:
            spi.write(bytes(data))
            spi.readinto(answer)
        return bytes(answer)
"""

_AIRLIFT = """
import busio, board
from adafruit_bus_device.spi_device import SPIDevice
from digitalio import DigitalInOut

class Module:
    def __init__(self):
        line, self.ready, self.reset = (DigitalInOut(pin) for pin in (board.D13, board.D11, board.D12))
        self.device = SPIDevice(busio.SPI(board.SCK, board.MOSI, board.MISO), line)
        self.reset.switch_to_output(value=True)
        self.reset.value = False
        self.reset.value = True

    def frame(self, data):
        while self.ready.value:
            pass
        answer = bytearray(len(data))
        with self.device as spi:
            while not self.ready.value:
                pass
            spi.write_readinto(bytes(data), answer)
        return bytes(answer)
"""


class ChipCase(BedCase):
    def run_chip(self, board, *arguments, **options):
        """Runs the drive with a chip, on loopback and without internet."""
        options.setdefault("env", support.environment(SOCKETPOOL_INTERFACE="lo"))
        return self.run_drive("--board", board, "--fast", "--offline", *arguments, **options)


class WiringTests(ChipCase):
    def test_a_library_reads_the_registers_of_a_w5500_on_any_pins(self):
        self.write("lib/adafruit_wiznet5k.py", _WIZNET)
        self.write("code.py", "from adafruit_wiznet5k import Bus\nbus = Bus()\nprint(bus.frame([0, 0x39, 0], 1), bus.frame([0, 0x19, 0], 3))")
        self.assertIn(r"b'\x04' b'\x07\xd0\x08'", self.run_chip("w5500").output)

    def test_a_library_reads_the_registers_of_a_w5100s(self):
        self.write("lib/adafruit_wiznet5k.py", _WIZNET)
        self.write("code.py", "from adafruit_wiznet5k import Bus\nbus = Bus()\nprint(bus.frame([0x0F, 0, 0x80], 1))")
        self.assertIn("b'Q'", self.run_chip("w5100s").output)

    def test_a_library_talks_to_the_firmware_of_airlift_with_its_ready_line(self):
        self.write("lib/adafruit_esp32spi.py", _AIRLIFT)
        self.write("code.py", """
from adafruit_esp32spi import Module
module = Module()
module.frame([0xE0, 0x37, 0, 0xEE])
print(module.frame(bytes(12)))
""")
        self.assertIn(r"b'\xe0\xb7\x01\x063.3.0\x00\xee\x00'", self.run_chip("airlift").output)

    def test_another_device_on_the_bus_does_not_reach_the_chip(self):
        self.write("lib/adafruit_wiznet5k.py", _WIZNET)
        self.write("code.py", """
import board
from adafruit_wiznet5k import Bus
from digitalio import DigitalInOut

bus = Bus()
print(bus.frame([0, 0x39, 0], 1))
card = DigitalInOut(board.D9)
card.switch_to_output(value=False)
while not bus.spi.try_lock():
    pass
answer = bytearray(4)
bus.spi.readinto(answer)
print(answer)
""")
        output = self.run_chip("w5500").output
        self.assertIn(r"b'\x04'", output)
        self.assertIn(r"bytearray(b'\x00\x00\x00\x00')", output)

    def test_a_board_with_a_chip_has_no_wifi_of_its_own(self):
        self.write("code.py", "import wifi")
        for board in ("airlift", "w5500"):
            self.assertIn("no module named 'wifi'", self.run_chip(board, status=1).output)

    def test_a_board_that_is_none_is_told_with_the_chips_names(self):
        self.write("code.py", "")
        self.assertIn("airlift, w5500, w5100s", self.run_chip("w9999", status=2).errors)


@unittest.skipUnless(os.path.isdir(os.path.join(_LIBRARIES, "adafruit_esp32spi")) and os.path.isdir(os.path.join(_LIBRARIES, "adafruit_wiznet5k")),
                     "SOCKETPOOL_LIBRARIES names no folder with adafruit_esp32spi and adafruit_wiznet5k")
class LibraryTests(ChipCase):
    def setUp(self):
        super().setUp()
        shutil.copytree(_LIBRARIES, os.path.join(self.drive, "lib"), dirs_exist_ok=True)

    def write_sample(self, name):
        shutil.copy(os.path.join(_SAMPLES, name), os.path.join(self.drive, "code.py"))

    def test_adafruit_requests_on_airlift_with_and_without_tls(self):
        self.write_sample("airlift_requests.py")
        web = self.hosts({"GET wifitest.adafruit.com/testwifi/index.html": "This is a test", "GET api.example.com/data.json": {"value": 42}})
        output = self.run_chip("airlift", *self.rules(web)).output
        self.assertIn("firmware 3.3.0 address 127.0.0.1", output)
        self.assertIn("200 This is a test", output)
        self.assertIn("42", output)

    def test_adafruit_requests_on_both_wiznet_chips_with_dhcp_and_dns(self):
        self.write_sample("wiznet_requests.py")
        for board in ("w5500", "w5100s"):
            web = self.hosts({"GET wifitest.adafruit.com/testwifi/index.html": "This is a test"})
            output = self.run_chip(board, *self.rules(web)).output
            self.assertIn(f"{board} address 127.0.0.1 link True", output)
            self.assertIn("200 This is a test", output)

    def test_minimqtt_publishes_and_hears_over_each_chip(self):
        self.write("code.py", """
import os, board, busio
from digitalio import DigitalInOut
import adafruit_connection_manager
import adafruit_minimqtt.adafruit_minimqtt as MQTT
spi = busio.SPI(board.SCK, board.MOSI, board.MISO)
if os.getenv("CHIP") == "airlift":
    from adafruit_esp32spi import adafruit_esp32spi
    radio = adafruit_esp32spi.ESP_SPIcontrol(spi, DigitalInOut(board.D13), DigitalInOut(board.D11), DigitalInOut(board.D12))
    radio.connect("desk", "password")
else:
    from adafruit_wiznet5k.adafruit_wiznet5k import WIZNET5K
    radio = WIZNET5K(spi, DigitalInOut(board.D10))
heard = []
client = MQTT.MQTT(broker="broker.example", port=1883, socket_pool=adafruit_connection_manager.get_radio_socketpool(radio), socket_timeout=1)
client.on_message = lambda client, topic, message: heard.append((topic, message))
client.connect()
client.subscribe("a/b")
client.publish("a/b", "hello")
while not heard:
    client.loop(timeout=1)
print("heard", heard)
client.disconnect()
""")
        for board in ("airlift", "w5500", "w5100s"):
            broker = Broker()
            self.addCleanup(broker.close)
            self.write("settings.toml", f'CHIP = "{board}"\n')
            output = self.run_chip(board, "--host", f"mqtt://*=127.0.0.1:{broker.port}").output
            self.assertIn("heard [('a/b', 'hello')]", output, board)

    def test_servers_on_airlift_and_w5500_answer_clients_of_this_machine(self):
        self.write("code.py", """
import os, board, busio, socket_of_the_desk as desk
from digitalio import DigitalInOut
spi = busio.SPI(board.SCK, board.MOSI, board.MISO)
if os.getenv("CHIP") == "airlift":
    from adafruit_esp32spi import adafruit_esp32spi, adafruit_esp32spi_socketpool as library
    radio = adafruit_esp32spi.ESP_SPIcontrol(spi, DigitalInOut(board.D13), DigitalInOut(board.D11), DigitalInOut(board.D12))
    radio.connect("desk", "password")
else:
    from adafruit_wiznet5k.adafruit_wiznet5k import WIZNET5K
    import adafruit_wiznet5k.adafruit_wiznet5k_socketpool as library
    radio = WIZNET5K(spi, DigitalInOut(board.D10))
pool = library.SocketPool(radio)
port = desk.free_port()
server = pool.socket()
server.bind((None if os.getenv("CHIP") != "airlift" else "", port))
server.listen(1)
client = desk.connect(port)
while True:
    try:
        connection, address = server.accept()
        break
    except OSError:
        pass
client.sendall(b"ping")
buffer = bytearray(4)
print(connection.recv_into(buffer), buffer)
connection.send(b"pong!")
print(client.recv(5))
""")
        # A host of the desk for the test: CPython's own socket, under a name that no board's module has.
        self.write("lib/socket_of_the_desk.py", """
import _socket

def free_port():
    probe = _socket.socket()
    probe.bind(("127.0.0.1", 0))
    port = probe.getsockname()[1]
    probe.close()
    return port

def connect(port):
    client = _socket.socket()
    client.settimeout(20)
    client.connect(("127.0.0.1", port))
    return client
""")
        for board in ("airlift", "w5500"):
            self.write("settings.toml", f'CHIP = "{board}"\n')
            output = self.run_chip(board).output
            self.assertIn("4 bytearray(b'ping')", output, board)
            self.assertIn("b'pong!'", output, board)


if __name__ == "__main__":
    unittest.main()
