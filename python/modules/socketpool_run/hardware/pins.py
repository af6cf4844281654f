"""Pins: one object each, however many names it has, and who holds it now."""

from socketpool_run.context import context

from .desk import fed

_holders = {}  # Pin to what holds it


class Pin:
    """A pin of the chip. It is made by the board, never by a program."""

    __module__ = "microcontroller"

    def __init__(self, name, labels=()):
        self._name, self._labels, self._used = name, list(labels), None

    def __repr__(self):
        return f"board.{self._labels[0]}" if self._labels else f"microcontroller.pin.{self._name}"

    def __hash__(self):
        return hash(self._name)

    @property
    def _names(self):
        return [*self._labels, self._name]

    def _fed(self, default=None):
        return fed("pin", self._names, default)


def claim(pin, by):
    """Note that a pin is held; ValueError if it is already."""
    if not isinstance(pin, Pin):
        raise TypeError(f"pin must be of type Pin, not {type(pin).__name__}")
    if pin in _holders:
        raise ValueError(f"{shown(pin)} in use")
    if not _holders:
        context.at_end(_holders.clear)
    _holders[pin] = by
    return pin


def release(pin):
    """Let go of a pin."""
    _holders.pop(pin, None)


def shown(pin):
    """The name under which the program took a pin from its board."""
    return pin._used or (pin._labels or [pin._name])[0]


class PinUser:
    """What holds pins: `deinit`, `with`, and an error for what is used after it."""

    _pins = ()

    def _hold(self, **pins):
        self._pins = []
        try:
            for name, pin in pins.items():
                if pin is not None:
                    self._pins.append(claim(pin, f"{type(self).__name__} {name}"))
        except BaseException:
            self.deinit()
            raise
        return " ".join(shown(pin) for pin in self._pins)

    def _check(self):
        if self._pins is None:
            raise ValueError("Object has been deinitialized and can no longer be used. Create a new object.")

    def deinit(self):
        """Let go of the pins."""
        for pin in self._pins or ():
            release(pin)
        self._pins = None

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.deinit()
