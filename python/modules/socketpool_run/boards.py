"""The boards of `--board`: what the program sees of one besides its sockets, which are `socketpool._board`'s."""

from socketpool import _board, _board_errors

from . import chip_boards
from .context import Board

# Names that CPython has built in and no board has: there `except ConnectionRefusedError` is a NameError.
MISSING_NAMES = (
    "BaseExceptionGroup", "BlockingIOError", "ChildProcessError", "ConnectionAbortedError", "ConnectionRefusedError", "ConnectionResetError",
    "EnvironmentError", "ExceptionGroup", "FileExistsError", "FileNotFoundError", "InterruptedError", "IOError", "IsADirectoryError",
    "NotADirectoryError", "PermissionError", "ProcessLookupError",
)

# Modules that one family of boards has and the other has not (CircuitPython 10's support matrix).
_ONLY_PICO = frozenset("cyw43 picodvi rp2pio".split())
_ONLY_ESPRESSIF = frozenset("_bleio canio dualbank espcamera espidf espnow espulp frequencyio mipidsi parallelbus ps2io".split())

_FACTS = {
    # name: (title, identifier of the board, machine, platform, modules that it has not)
    "picow": ("a Pico W", "raspberry_pi_pico_w", "Raspberry Pi Pico W with rp2040", "RP2040", _ONLY_ESPRESSIF),
    "picow2w": ("a Pico 2 W", "raspberry_pi_pico2_w", "Raspberry Pi Pico 2 W with rp2350a", "RP2350", _ONLY_ESPRESSIF),
    "esp32": ("an ESP32", "esp32", "ESP32 with Espressif", "Espressif", _ONLY_PICO),
    "esp32s2": ("an ESP32-S2", "esp32s2", "ESP32-S2 with ESP32S2", "Espressif", _ONLY_PICO),
    "esp32s3": ("an ESP32-S3", "esp32s3", "ESP32-S3 with ESP32S3", "Espressif", _ONLY_PICO),
    "esp32c3": ("an ESP32-C3", "esp32c3", "ESP32-C3 with ESP32C3", "Espressif", _ONLY_PICO | {"espcamera", "usb_hid"}),
    "esp32c5": ("an ESP32-C5", "esp32c5", "ESP32-C5 with ESP32C5", "Espressif", _ONLY_PICO | {"espcamera"}),
    "esp32c6": ("an ESP32-C6", "esp32c6", "ESP32-C6 with ESP32C6", "Espressif", _ONLY_PICO | {"espcamera"}),
}
_OTHER_NAMES = {"pico2w": "picow2w"}


class CoreBoard(Board):
    """A board whose radio is CircuitPython's own."""

    def __init__(self, key):
        self.title, self.identifier, self.machine, self.platform, self.lacks = _FACTS[key]
        self.name = self.title.partition(" ")[2]
        self.key = key


    def hostname(self, mac):
        """The host name without CIRCUITPY_WIFI_HOSTNAME. Espressif's port makes one of its own, of 32 letters at most."""
        return f"cpy-{self.identifier[-15:]}-{mac.hex()}" if self.platform == "Espressif" else "PicoW"


def find(name):
    """The board of a name; None for the desk. ValueError names those that there are."""
    key = name.lower().replace("_", "").replace("-", "")
    key = _OTHER_NAMES.get(key, key)
    if key in ("", "desk"):
        return None
    if key in chip_boards.KEYS:
        return chip_boards.ChipBoard(key)
    if key not in _FACTS:
        raise ValueError(f"{name!r} is no board; there are desk, {', '.join((*_FACTS, *chip_boards.KEYS))}")
    return CoreBoard(key)


def begin(context, board):
    """Before the radio is made: the board's classes, errors and names."""
    if isinstance(board, chip_boards.ChipBoard):
        chip_boards.begin(context, board)
        return
    context.board = board
    _board.begin(board.key)
    if context.options.explain:
        _board_errors.explain = lambda text: context.report.warn(text[0].lower() + text[1:] if text.startswith(("On ", "A ", "An ")) else text)


def fit_builtins(names):
    """What the program's modules have without an import, on a board."""
    import builtins

    for name in MISSING_NAMES:
        names.pop(name, None)

    def show(*arguments):
        if len(arguments) == 1:
            found = _board.names_of(arguments[0])
            if found is not None:
                return found
        return builtins.dir(*arguments) if arguments else sorted(__import__("sys")._getframe(1).f_locals)

    names["dir"] = show


def explain_name(error):
    """What to write in place of a name that no board has, or None."""
    name = getattr(error, "name", None)
    if name not in MISSING_NAMES:
        return None
    return f"no board has {name}: except OSError as error, and compare error.errno (refused and reset connections are 104, ECONNRESET)"
