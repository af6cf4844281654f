"""Alarms at a time."""

from time import time as _wall

from socketpool_run.context import context as _context
from socketpool_run.hardware.desk import monotonic_ns as _now


class TimeAlarm:
    """An alarm at a time of `time.monotonic()`, or of `time.time()`."""

    def __init__(self, *, monotonic_time=None, epoch_time=None):
        if (monotonic_time is None) == (epoch_time is None):
            raise ValueError("Supply one of monotonic_time or epoch_time")
        now = _now() / 1e9
        if epoch_time is not None:
            wall = _wall() if _context.clock is None else _context.clock.time()
            monotonic_time = now + epoch_time - wall
            if epoch_time < int(wall):
                raise ValueError("Time is in the past.")
        elif monotonic_time < now - 1:
            raise ValueError("Time is in the past.")
        self._time = float(monotonic_time)

    @property
    def monotonic_time(self):
        """When it is due, in seconds of `time.monotonic()`."""
        return self._time
