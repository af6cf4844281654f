"""What strips of lights last showed."""

from socketpool_run.context import context

from .desk import asked
from .pins import shown

_last = {}  # pin to bytes as sent


def write(pin, data):
    """A strip was written to."""
    if not _last:
        context.at_end(_end)
    _last[pin] = data
    asked("neopixel_write", f"{shown(pin)} written")


def last():
    """Pin's name to the bytes it was last sent."""
    return {shown(pin): data for pin, data in _last.items()}


def _end():
    for name, data in last().items():
        asked("neopixel_write", f"{name} showed at last", data[:24].hex(" ") + (" ..." if len(data) > 24 else ""))
    _last.clear()
