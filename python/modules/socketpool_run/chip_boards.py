"""Boards whose network is a chip on SPI: AirLift (an ESP32 with the NINA firmware), W5500 and W5100S. The chip is a model in the native module."""

import os

from .context import Board

# CircuitPython's own network modules, which a board with such a chip has not; its libraries stand in their place.
_NETWORK = frozenset("wifi socketpool mdns espidf espnow cyw43 _bleio".split())

_FACTS = {
    # key: (title, name, machine, platform, library, modules that it has not)
    "airlift": ("a board with AirLift", "AirLift", "Adafruit PyPortal with samd51j20", "MicroChip SAMD51", "adafruit_esp32spi", _NETWORK | {"ssl"}),
    "w5500": ("a board with a W5500", "W5500", "W5500-EVB-Pico with rp2040", "RP2040", "adafruit_wiznet5k", _NETWORK),
    "w5100s": ("a board with a W5100S", "W5100S", "W5100S-EVB-Pico with rp2040", "RP2040", "adafruit_wiznet5k", _NETWORK),
}
KEYS = tuple(_FACTS)

# Where a chip finds itself on a machine without an address (RFC 5737).
_NOWHERE = ("192.0.2.10", "255.255.255.0", None)


class ChipBoard(Board):
    """A board with a network chip; its pins are those of all boards, because the chip may be wired to any."""

    def __init__(self, key):
        self.title, self.name, self.machine, self.platform, self.library, self.lacks = _FACTS[key]
        self.key = self.identifier = key
        self._chip = None

    def chip(self, context):
        """The chip, made when it is first needed. Like a real one it stays when the program is started again."""
        if self._chip is None:
            import socketpool

            address, mask, gateway = context.radio._ipv4 or _NOWHERE
            self._chip = socketpool._Chip(self.key, context.radio, _Lead(context), address, mask, gateway or "192.0.2.1")
        return self._chip


class _Lead:
    """Where names and addresses lead, asked by the chip: an error becomes its number, because the chip knows no exceptions."""

    def __init__(self, context):
        self._context = context

    def __call__(self, operation, host, port):
        from _socket import gaierror

        names = self._context.names
        try:
            if operation == "plain":
                return 1 if names.ends_tls(host, port) else None
            return names.lead_chip(operation, host, port)
        except gaierror:
            return -2
        except OSError as error:
            return error.errno or 5
        except Exception as error:
            self._context.report.warn(f"{operation} {host}: {error}")
            return 5


def begin(context, board):
    """Before the radio is made: it stays the desk's, because the chip is what behaves as the board."""
    os.environ["SOCKETPOOL_BOARD"] = "desk"
    context.board = board
