"""CircuitPython's `displayio` at a desk: the same groups, tiles and palettes, drawn into a picture instead of a display."""

from socketpool_run.hardware import screens as _screens

from ._bitmap import Bitmap
from ._bmp import OnDiskBitmap
from ._colors import ColorConverter, Colorspace, Palette
from ._group import Group
from ._tilegrid import TileGrid

__all__ = ["CIRCUITPYTHON_TERMINAL", "Bitmap", "ColorConverter", "Colorspace", "Group", "OnDiskBitmap", "Palette", "TileGrid", "release_displays"]

CIRCUITPYTHON_TERMINAL = Group()


def release_displays():
    """Let go of every display, so that its pins can be used again."""
    _screens.release_all()


def __getattr__(name):
    # The names that displays had before CircuitPython 9; importing them here keeps the modules free of circles.
    old = {"Display": ("busdisplay", "BusDisplay"), "EPaperDisplay": ("epaperdisplay", "EPaperDisplay"), "FourWire": ("fourwire", "FourWire"),
           "I2CDisplay": ("i2cdisplaybus", "I2CDisplayBus"), "ParallelBus": ("paralleldisplaybus", "ParallelBus")}
    if name in old:
        import importlib

        module, attribute = old[name]
        return getattr(importlib.import_module(module), attribute)
    raise AttributeError(f"module 'displayio' has no attribute {name!r}")
