"""`time`: the clocks of the run. The real-time clock has no time zone, as a board's."""

import calendar
import time

from socketpool import _board

from ..clock import Moment
from . import Facade


def make(context, importer):
    clock = context.clock

    def localtime(secs=None):
        return time.gmtime(int(clock.time() if secs is None else secs))

    return Facade(
        "time",
        time,
        gmtime=localtime,
        localtime=localtime,
        mktime=lambda t: calendar.timegm(tuple(t)),
        monotonic=clock.monotonic,
        monotonic_ns=clock.monotonic_ns,
        sleep=clock.sleep,
        time=(lambda: int(clock.time())) if _board.current() is None else (lambda: Moment.now(clock.time())),
    )
