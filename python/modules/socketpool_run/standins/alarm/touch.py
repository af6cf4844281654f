"""Alarms of a touch."""

from socketpool_run.hardware.pins import Pin as _Pin


class TouchAlarm:
    """An alarm when a pin is touched; here when something is fed to it."""

    def __init__(self, *pin):
        if not pin or not all(isinstance(each, _Pin) for each in pin):
            raise TypeError("pin must be of type Pin")
        self._pins = pin

    @property
    def pin(self):
        """The first pin, or the one that was touched."""
        return next((each for each in self._pins if each._fed()), self._pins[0])

    def _is_due(self):
        return any(each._fed() for each in self._pins)
