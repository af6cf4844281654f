"""CircuitPython's `watchdog`: ends a program that does not feed it in time."""

import threading as _threading

from socketpool_run.context import context as _context
from socketpool_run.hardware import interrupting as _interrupting
from socketpool_run.hardware.desk import asked as _asked
from socketpool_run.hardware.enums import Choice as _Choice

__all__ = ["WatchDogMode", "WatchDogTimeout", "WatchDogTimer"]


class WatchDogTimeout(Exception):
    """The watchdog was not fed in time."""


class WatchDogMode(_Choice):
    """What happens when it was not fed."""


WatchDogMode._make("RAISE", "RESET")


class WatchDogTimer:
    """`microcontroller.watchdog`: off until it has a mode."""

    def __init__(self):
        self._timeout, self._mode, self._timer = None, None, None

    @property
    def timeout(self):
        """Seconds between two feeds."""
        return self._timeout

    @timeout.setter
    def timeout(self, value):
        if value <= 0:
            raise ValueError("timeout must be >= 0")
        self._timeout = float(value)
        if self._mode is not None:
            self.feed()

    @property
    def mode(self):
        """None, or one of `WatchDogMode`."""
        return self._mode

    @mode.setter
    def mode(self, value):
        if value is not None and not isinstance(value, WatchDogMode):
            raise TypeError("mode must be of type WatchDogMode")
        if value is not None and self._timeout is None:
            raise ValueError("WatchDogTimer.timeout must be greater than 0")
        self._mode = value
        self._stop()
        if value is not None:
            _asked("watchdog", "mode", value)
            _interrupting.prepare()
            _context.at_end(self._stop)
            self.feed()

    def feed(self):
        """Say that the program is alive."""
        if self._mode is None:
            raise ValueError("watchdog not initialized")
        self._stop()
        self._timer = _threading.Timer(self._timeout, self._bite)
        self._timer.daemon = True
        self._timer.start()

    def deinit(self):
        """Turn it off."""
        self.mode = None

    def _stop(self):
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _bite(self):
        if self._mode is WatchDogMode.RAISE:
            _interrupting.raise_in_main(WatchDogTimeout)
        else:
            _context.reset_reason = "WATCHDOG"
            _interrupting.raise_in_main(_context.reset)
