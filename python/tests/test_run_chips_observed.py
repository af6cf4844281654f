"""What programs see of AirLift and WIZNET5K: the outcomes that were observed with Adafruit's libraries, line by line, on the models of the chips.

Needs the libraries: see test_run_chips.
"""

import json
import os
import shutil
import socket
import struct
import threading
import unittest

from . import support
from .bed.case import BedCase

_LIBRARIES = os.environ.get("SOCKETPOOL_LIBRARIES") or ""
_RESET = struct.pack("ii", 1, 0)

_COMMON = """
import os, board, busio, json
from digitalio import DigitalInOut

def outcome(call, *arguments):
    try:
        result = call(*arguments)
        return result if isinstance(result, (int, str, type(None))) else type(result).__name__
    except Exception as error:
        return [type(error).__name__, *map(str, error.args)]

said = {}

def say(name, call, *arguments):
    said[name] = outcome(call, *arguments)

def read(sock, count):
    return sock.recv_into(bytearray(count))

def tcp(timeout=None):
    sock = pool.socket(pool.AF_INET, pool.SOCK_STREAM)
    sock.settimeout(timeout)
    return sock

def connected(port, timeout=None):
    sock = tcp(timeout)
    sock.connect(("127.0.0.1", port))
    return sock

spi = busio.SPI(board.SCK, board.MOSI, board.MISO)
ports = json.loads(os.getenv("PORTS"))
"""

_AIRLIFT = _COMMON + """
from adafruit_esp32spi import adafruit_esp32spi
from adafruit_esp32spi.adafruit_esp32spi_socketpool import SocketPool
radio = adafruit_esp32spi.ESP_SPIcontrol(spi, DigitalInOut(board.D13), DigitalInOut(board.D11), DigitalInOut(board.D12))
radio.connect("desk", "password")
pool = SocketPool(radio)
say("two unconnected sockets share a number", lambda: tcp()._socknum - tcp()._socknum)
say("refused", tcp(5).connect, ("127.0.0.1", ports["nobody"]))
say("unknown name", tcp(5).connect, ("nx.invalid", 80))
sock = connected(ports["echo"], 5)
say("send 30000", sock.send, b"x" * 30000)
count = 0
while count < 30000:
    count += read(sock, 4096)
sock.settimeout(.05)
say("nothing comes", read, sock, 4)
sock.settimeout(0)
say("nothing is there", read, sock, 4)
say("more than the buffer", sock.recv_into, bytearray(4), 9)
say("second connect", sock.connect, ("127.0.0.1", ports["echo"]))
sock.close()
say("send closed", sock.send, b"x")
sock = connected(ports["end"], .2)
say("data before the end", read, sock, 4096)
say("end", read, sock, 4)
say("send after the end", sock.send, b"x")
sock.close()
sock = connected(ports["reset"], .2)
sock.send(b"x")
say("reset while waiting", read, sock, 4)
say("send after a reset", sock.send, b"x")
sock.close()
held = []
def hold():
    while len(held) < 30:
        held.append(connected(ports["echo"], 1))
say("beyond the budget", hold)
said["budget"] = len(held)
for sock in held:
    sock.close()
say("accept without a client", lambda: (lambda s: (s.bind(("", ports["free"])), s.listen(1), s.accept()))(tcp(1)))
say("AF_INET6", pool.socket, 10)
say("lookup of no name", pool.getaddrinfo, "nx.invalid", 80)
print(json.dumps(said))
"""

_WIZNET = _COMMON + """
import gc
from adafruit_wiznet5k.adafruit_wiznet5k import WIZNET5K
from adafruit_wiznet5k.adafruit_wiznet5k_socketpool import SocketPool
radio = WIZNET5K(spi, DigitalInOut(board.D10))
pool = SocketPool(radio)
say("refused", tcp(5).connect, ("127.0.0.1", ports["nobody"]))
sock = connected(ports["echo"], 5)
say("second connect", sock.connect, ("127.0.0.1", ports["echo"]))
say("send 30000", sock.send, b"x" * 30000)
count = 0
while count < 2048:
    count += read(sock, 2048 - count)
said["echoed"] = count
sock.settimeout(.05)
say("nothing comes", read, sock, 4)
sock.settimeout(0)
say("nothing is there", read, sock, 4)
sock.settimeout(.05)
say("send nothing", sock.send, b"")
sock.close()
say("closed", sock.send, b"x")
sock = connected(ports["end"], 5)
count, all = 1, 0
while count:
    count = read(sock, 4096)
    all += count
said["bytes before the end"] = all
say("end again", read, sock, 4)
say("send after the end", sock.send, b"x")
sock.close()
sock = connected(ports["reset"], 5)
sock.send(b"x")
say("reset while waiting", read, sock, 4)
say("send after a reset", sock.send, b"x")
sock.close()
say("send unconnected", tcp(.2).send, b"x")
gc.collect()
held = []
def hold():
    while len(held) < 30:
        held.append(tcp(1))
say("beyond the budget", hold)
said["budget"] = len(held)
for sock in held:
    sock.close()
held.clear()
gc.collect()
udp = pool.socket(pool.AF_INET, pool.SOCK_DGRAM)
udp.settimeout(5)
say("datagram to send", udp.sendto, b"hello", ("127.0.0.1", ports["udp"]))
say("datagram cut", lambda: udp.recvfrom_into(bytearray(3))[0])
udp.settimeout(.05)
say("rest of it", lambda: udp.recvfrom_into(bytearray(3))[0])
udp.settimeout(5)
say("datagram of 3000", udp.sendto, b"x" * 3000, ("127.0.0.1", ports["udp"]))
udp.close()
server = tcp(.05)
server.bind((None, ports["free"]))
server.listen(1)
say("accept without a client", server.accept)
server.settimeout(0)
say("accept without waiting", server.accept)
say("AF_INET 2", pool.socket, 2)
say("other option", server.setsockopt, 6, 1, 1)
print(json.dumps(said))
"""


class Peers:
    """Servers of this machine, one a behaviour."""

    def __init__(self, case):
        self.ports = {"nobody": self._port_of_nobody(), "free": self._port_of_nobody()}
        self._serve(case, "echo", self._echo)
        self._serve(case, "end", lambda peer: (peer.sendall(bytes(1000)), peer.shutdown(socket.SHUT_WR), self._drain(peer)))
        self._serve(case, "reset", self._reset)
        datagrams = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        datagrams.bind(("127.0.0.1", 0))
        case.addCleanup(datagrams.close)
        self.ports["udp"] = datagrams.getsockname()[1]
        threading.Thread(target=self._return, args=(datagrams,), daemon=True).start()

    @staticmethod
    def _port_of_nobody():
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            return probe.getsockname()[1]

    def _serve(self, case, name, answer):
        listener = socket.create_server(("127.0.0.1", 0))
        case.addCleanup(listener.close)
        self.ports[name] = listener.getsockname()[1]
        threading.Thread(target=self._accept, args=(listener, answer), daemon=True).start()

    @staticmethod
    def _accept(listener, answer):
        def run(peer):
            with peer:
                try:
                    answer(peer)
                except OSError:
                    pass

        while True:
            try:
                peer, _ = listener.accept()
            except OSError:
                return
            threading.Thread(target=run, args=(peer,), daemon=True).start()

    @staticmethod
    def _echo(peer):
        while data := peer.recv(65536):
            peer.sendall(data)

    @staticmethod
    def _drain(peer):
        while peer.recv(65536):
            pass

    @staticmethod
    def _reset(peer):
        peer.recv(1)
        peer.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)

    @staticmethod
    def _return(datagrams):
        while True:
            try:
                data, sender = datagrams.recvfrom(65536)
                datagrams.sendto(data, sender)
            except OSError:
                return


@unittest.skipUnless(os.path.isdir(os.path.join(_LIBRARIES, "adafruit_esp32spi")) and os.path.isdir(os.path.join(_LIBRARIES, "adafruit_wiznet5k")),
                     "SOCKETPOOL_LIBRARIES names no folder with adafruit_esp32spi and adafruit_wiznet5k")
class ObservedTests(BedCase):
    maxDiff = None

    def observe(self, board, program):
        shutil.copytree(_LIBRARIES, os.path.join(self.drive, "lib"), dirs_exist_ok=True)
        self.write("code.py", program)
        ports = json.dumps(Peers(self).ports).replace('"', '\\"')
        self.write("settings.toml", f'PORTS = "{ports}"\n')
        done = self.run_drive("--board", board, env=support.environment(SOCKETPOOL_INTERFACE="lo"))
        return json.loads(done.lines[-1])

    def test_airlift_answers_as_observed(self):
        said = self.observe("airlift", _AIRLIFT)
        self.assertEqual({
            "two unconnected sockets share a number": 0,
            "refused": ["BrokenPipeError", "Expected 01 but got 00"],
            "unknown name": ["BrokenPipeError", "Expected 01 but got 00"],
            "send 30000": 30000,
            "nothing comes": ["OSError", said["nothing comes"][1]],
            "nothing is there": 0,
            "more than the buffer": ["ValueError", "nbytes must be 0 to len(buffer)"],
            "second connect": None,
            "send closed": ["ConnectionError", "Failed to send 1 bytes (sent 0)"],
            "data before the end": 1000,
            "end": ["OSError", said["nothing comes"][1]],
            "send after the end": 1,
            "reset while waiting": ["OSError", said["nothing comes"][1]],
            "send after a reset": ["ConnectionError", "Failed to send 1 bytes (sent 0)"],
            "beyond the budget": ["OSError", "23"],
            "budget": 6,
            "accept without a client": ["OSError", said["accept without a client"][1]],
            "AF_INET6": ["ValueError", "Only AF_INET family supported"],
            "lookup of no name": ["ConnectionError", "Failed to request hostname"],
        }, said)

    def test_both_wiznet_chips_answer_as_observed(self):
        for board, budget in (("w5500", 7), ("w5100s", 3)):
            said = self.observe(board, _WIZNET)
            self.assertEqual({
                "refused": ["ConnectionError", "Failed to establish connection."],
                "second connect": ["ConnectionError", "Failed to initialize a connection with the socket."],
                "send 30000": 2048,
                "echoed": 2048,
                "nothing comes": ["OSError", said["nothing comes"][1]],
                "nothing is there": ["OSError", said["nothing is there"][1]],
                "send nothing": ["RuntimeError", "Operation timed out. No data sent."],
                "closed": ["RuntimeError", "The socket has been closed."],
                "bytes before the end": 1000,
                "end again": 0,
                "send after the end": 1,
                "reset while waiting": 0,
                "send after a reset": ["RuntimeError", said["send after a reset"][1]],
                "send unconnected": ["RuntimeError", said["send unconnected"][1]],
                "beyond the budget": ["RuntimeError", "All sockets in use."],
                "budget": budget,
                "datagram to send": 5,
                "datagram cut": 3,
                "rest of it": ["OSError", said["nothing comes"][1]],
                "datagram of 3000": 2048,
                "accept without a client": ["OSError", said["nothing comes"][1]],
                "accept without waiting": ["OSError", said["nothing is there"][1]],
                "AF_INET 2": ["RuntimeError", "Only AF_INET family supported by W5K modules."],
                "other option": ["OSError"],
            }, said, board)


if __name__ == "__main__":
    unittest.main()
