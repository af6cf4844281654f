"""CircuitPython's `rtc`: the clock that `time.time()` and `time.localtime()` tell."""

import time as _time

from socketpool_run.context import context as _context
from socketpool_run.hardware.desk import asked as _asked

__all__ = ["RTC", "set_time_source"]


class RTC:
    """The one clock of the board; here the program's own, the host's stays as it is."""

    _only = None
    calibration = 0

    def __new__(cls):
        if RTC._only is None:
            RTC._only = super().__new__(cls)
        return RTC._only

    @property
    def datetime(self):
        """Date and time as `time.struct_time`, in no time zone."""
        return _time.gmtime((_time if _context.clock is None else _context.clock).time())

    @datetime.setter
    def datetime(self, value):
        import calendar

        seconds = calendar.timegm(tuple(value)[:6])
        _asked("rtc", "datetime set")
        if _context.clock is not None:
            _context.clock.set_time(seconds)


def set_time_source(source):
    """Take the time from an object with `datetime` from now on."""
    moment = source.datetime
    RTC().datetime = moment
