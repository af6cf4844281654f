"""The network chip of `--board airlift`, `w5500` and `w5100s`: which pins it is wired to, and the bytes to it.

A program may wire the chip to any pins, and its library is given them. So they are found by what the library does: the line that is low while the library
talks on the bus is the chip select; one that the library itself pulls low is the reset line, and one that it reads is the ready line.
"""

import sys

from socketpool_run.context import context

from .desk import asked
from .pins import shown

_FRAMES_TO_LIBRARY = 12

_wiring = None


class _Wiring:
    def __init__(self, board):
        self._chip, self._library = board.chip(context), board.library
        self._select = self._reset = self._ready = None
        self._low = None  # the line that went low last
        self._selected = False
        self._failure = None

    def drive(self, pin, value, module):
        """A line is driven; whether it is one of the chip's."""
        if pin is self._select:
            self._frame(not value)
        elif pin is self._reset or (not value and self._is_library(module)):
            self._reset = pin
            self._low = None if self._low is pin else self._low
            self._chip.reset(not value)
        else:
            self._low = None if value and pin is self._low else self._low if value else pin
            return False
        return True

    def read(self, pin, module):
        """What the chip drives on a line; None for one that is not the chip's."""
        if self._ready is None and self._is_library(module):
            self._ready = pin
        if pin is not self._ready:
            return None
        if self._low is not None and self._is_library(module):
            self._adopt()  # before it talks, the library waits until the chip has noticed the line
        return self._chip.busy

    def transfer(self, output, view):
        """Whether the chip took part."""
        if self._low is not None and self._is_called_by_library():
            self._adopt()
        if self._selected:
            self._chip.transfer(output, view)
        return self._selected

    def _adopt(self):
        """The line that is low is the chip select."""
        if self._select is None:
            self._select, self._low = self._low, None
            asked("chips", f"{context.board.name} is selected by {shown(self._select)}")
            self._frame(True)

    def _frame(self, begins):
        self._selected = begins
        self._chip.frame(begins)
        failure = self._chip.last_failure
        if failure is not None and failure != self._failure:
            self._failure = failure
            context.report.warn(failure)

    def _is_library(self, module):
        return module.partition(".")[0] == self._library

    def _is_called_by_library(self):
        frame = sys._getframe(2)
        for _ in range(_FRAMES_TO_LIBRARY):
            frame = frame and frame.f_back
            if frame is not None and self._is_library(frame.f_globals.get("__name__") or ""):
                return True
        return False


def drive(pin, value):
    """The program drives a line; whether the chip is at it."""
    wiring = _find()
    return wiring is not None and wiring.drive(pin, value, _caller())


def read(pin):
    """True or False where the chip drives the line, else None."""
    wiring = _find()
    return None if wiring is None else wiring.read(pin, _caller())


def transfer(output, view):
    """Exchange bytes with the chip if it is selected; whether it was."""
    wiring = _find()
    return wiring is not None and wiring.transfer(output, view)


def _caller():
    """The module that used the line, as `digitalio` is called."""
    return sys._getframe(3).f_globals.get("__name__") or ""


def _find():
    global _wiring
    if _wiring is None and getattr(context.board, "library", None) is not None:
        _wiring = _Wiring(context.board)
        context.at_end(_forget)
    return _wiring


def _forget():
    global _wiring
    _wiring = None
