"""Alarms of a pin."""

from socketpool_run.hardware.pins import Pin as _Pin


class PinAlarm:
    """An alarm when a pin has a value; here when that value is fed to it."""

    def __init__(self, pin, value, edge=False, pull=False):
        if not isinstance(pin, _Pin):
            raise TypeError(f"pin must be of type Pin, not {type(pin).__name__}")
        self._pin, self._value, self._edge, self._pull = pin, bool(value), bool(edge), bool(pull)

    @property
    def pin(self):
        """The pin."""
        return self._pin

    @property
    def value(self):
        """What the pin is to have."""
        return self._value

    def _is_due(self):
        fed = self._pin._fed()
        return fed is not None and bool(fed) == self._value
