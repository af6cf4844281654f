"""CircuitPython's `board` at a desk: the names of the chosen board, or of every board where none was chosen."""

import functools as _functools

from socketpool_run.context import context as _context
from socketpool_run.hardware import here as _here

board_id = _context.board.identifier

_KINDS = {"I2C": ("SCL", "SDA"), "SPI": ("SCK", "MOSI", "MISO"), "UART": ("TX", "RX")}


@_functools.cache
def _bus(kind, prefix):
    """The one bus that every call of `board.I2C()` returns."""
    import busio

    find = _here.here().pin
    pins = [find(prefix + label) or find(label) or _here.stray(prefix + label) for label in _KINDS[kind]]
    return getattr(busio, kind)._built_in(*pins)


@_functools.cache
def _object(name):
    from socketpool_run.hardware import displays

    return displays.built_in(_here.here().display) if name == "DISPLAY" else displays.constant(name, _here.here())


def __getattr__(name):
    board = _here.here()
    pin = board.pin(name)
    if pin is not None:
        pin._used = name
        return pin
    prefix, _, kind = name.rpartition("_")
    if kind in _KINDS and board.has_bus(name):
        prefix = prefix + "_" if prefix and not prefix.startswith("STEMMA") else ""
        return _functools.partial(_bus, kind, prefix)
    if board.has_object(name):
        return _object(name)
    raise AttributeError(f"module 'board' has no attribute {name!r}")


def __dir__():
    return sorted({*_here.here().names(), "board_id", "__name__"})
