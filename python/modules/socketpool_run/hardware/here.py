"""The board of this run: the one that was chosen, or a generic one that has every name some board has."""

import functools
import os

from socketpool_run.context import context

from . import boards
from .pins import Pin


@functools.cache
def _pin(name):
    return Pin(name)


class Here:
    """Names of `board` to pins, and what is built in."""

    def __init__(self):
        self.chosen = boards.find(context.board.identifier)
        self.guessed = None if self.chosen else boards.guess(_sources())
        self._pins = {}
        facts = self.chosen or self.guessed
        for label, name in (facts.pins if facts else {}).items():
            pin = self._pins[label] = _pin(name)
            if label not in pin._labels:
                pin._labels.append(label)

    def pin(self, label):
        """The pin of that name, None if this board has none. A generic board has those of all boards."""
        found = self._pins.get(label)
        if found is None and self.chosen is None and label in boards.generic_names():
            found = self._pins[label] = _pin(label)
            found._labels.append(label)
        return found

    def names(self):
        """What `dir(board)` shows: the names of the board's own facts."""
        facts = self.chosen or self.guessed
        return [*self._pins, *(facts.buses if facts else ("I2C", "SPI", "UART")), *(facts.objects if facts else ("DISPLAY",))]

    def has_display(self):
        """Whether a display is built in; a generic board has one for whoever asks."""
        return self.chosen is None or self.chosen.display is not None

    @property
    def display(self):
        """(kind, width, height, rotation, depth) of the built-in display. A generic board has one that fits the program."""
        if self.chosen is not None:
            return self.chosen.display
        return (self.guessed and self.guessed.display) or ("bus", 320, 240, 0, 16)

    def has_bus(self, name):
        """Whether the board has a bus of that name; a generic board has the usual ones."""
        if self.chosen is None:
            return name in _GENERIC_BUSES or self.guessed is not None and name in self.guessed.buses
        return name in self.chosen.buses

    def has_object(self, name):
        """Whether the board has a display or a table of that name."""
        if self.chosen is None:
            return name == "DISPLAY" or any(name in facts.objects for facts in boards.all_boards().values())
        return name in self.chosen.objects


_GENERIC_BUSES = ("I2C", "STEMMA_I2C", "SPI", "UART")


def stray(label):
    """A pin that the board's bus uses and has no name for."""
    return _pin(label)


def _sources():
    """The program's own files, from which a generic board guesses."""
    if context.drive is None:
        return
    for name in sorted(os.listdir(context.drive.path)):
        if name.endswith(".py"):
            with open(os.path.join(context.drive.path, name), encoding="utf-8", errors="replace") as file:
                yield file.read()


_current = None


def here():
    """This run's board; made when a module first asks, and anew in each life of the program."""
    global _current
    if _current is None:
        _current = Here()
        context.at_end(_forget)
    return _current


def _forget():
    global _current
    _current = None
    _pin.cache_clear()
