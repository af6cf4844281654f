"""Displays: what the display modules have in common, and the pictures of them."""

import os

from socketpool_run.context import context

from .canvas import Canvas
from .desk import asked

_displays = []


class Screen:
    """A display that shows a group; the modules add what their kind has."""

    def _begin(self, module, bus, width, height, rotation, show):
        if rotation % 90:
            raise ValueError("Display rotation must be in 90 degree increments")
        self._module, self._bus, self._show = module, bus, show
        self._native = (int(width), int(height)) if rotation % 180 == 0 else (int(height), int(width))
        self._rotation = rotation % 360
        self._root = None
        self._brightness = 1.0
        self._background = 0
        if not _displays:
            context.at_end(_end)
        _displays.append(self)
        asked(module, type(self).__name__, f"{self.width}x{self.height}")

    @property
    def width(self):
        """In pixels, as rotated."""
        return self._native[self._rotation % 180 != 0]

    @property
    def height(self):
        """In pixels, as rotated."""
        return self._native[self._rotation % 180 == 0]

    @property
    def rotation(self):
        """0, 90, 180 or 270 degrees."""
        return self._rotation

    @rotation.setter
    def rotation(self, value):
        if value % 90:
            raise ValueError("Display rotation must be in 90 degree increments")
        self._rotation = value % 360

    @property
    def bus(self):
        """What the display hangs on."""
        return self._bus

    @property
    def root_group(self):
        """The group that is shown, None for nothing."""
        return self._root

    @root_group.setter
    def root_group(self, group):
        if group is not None and not hasattr(group, "_layers"):
            raise TypeError(f"root_group must be of type Group, not {type(group).__name__}")
        self._root = group
        asked(self._module, "root_group")

    def show(self, group):
        """The name of `root_group` before CircuitPython 9."""
        self.root_group = group

    def _picture(self):
        """What is on the display now."""
        canvas = Canvas(self.width, self.height)
        if self._background:
            canvas.fill(0, 0, self.width, self.height, self._background)
        if self._root is not None:
            self._root._draw(canvas, 0, 0, 1)
        return canvas

    def _png(self):
        return self._picture().png(self._show)

class LiveScreen(Screen):
    """A display that is drawn again by itself, and may be told to wait for `refresh`."""

    auto_refresh = True

    @property
    def brightness(self):
        """0.0 to 1.0; kept."""
        return self._brightness

    @brightness.setter
    def brightness(self, value):
        if not 0 <= value <= 1:
            raise ValueError("brightness must be 0-1.0")
        self._brightness = float(value)
        asked(self._module, "brightness", value)

    def refresh(self, *, target_frames_per_second=None, minimum_frames_per_second=0):
        """True: a picture at a desk is never late."""
        asked(self._module, "refresh")
        return True

    def fill_row(self, y, buffer):
        """Write a row of what is shown, 16 bits a pixel with the high byte first."""
        from .colors import to_565

        canvas = self._picture()
        view = memoryview(buffer).cast("B")
        for x in range(self.width):
            color = to_565(canvas.pixels[y * self.width + x])
            view[2 * x], view[2 * x + 1] = color >> 8, color & 0xFF
        return buffer

def release(display):
    """Let go of a display; its picture is no longer drawn."""
    if display in _displays:
        _displays.remove(display)


def release_all():
    """Let go of every display."""
    _displays.clear()


def first():
    """The oldest display, None if there is none."""
    return _displays[0] if _displays else None


def save(path):
    """Write what each display shows as PNG: the first to `path`, others beside it with a number. How many there were."""
    stem, extension = os.path.splitext(path)
    for number, display in enumerate(_displays, 1):
        with open(path if number == 1 else f"{stem}-{number}{extension}", "wb") as file:
            file.write(display._png())
    return len(_displays)


def save_asked():
    """Write the pictures that `--screen` asked for."""
    path = getattr(context.options, "screen", None)
    if path:
        save(path)


def _end():
    save_asked()
    release_all()
