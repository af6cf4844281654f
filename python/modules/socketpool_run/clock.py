"""The program's clocks: the real-time clock that `rtc` sets, and the monotonic one. `--fast` jumps over long sleeps."""

import time

# Shorter ones are waited for: a loop that polls sockets between naps must not see its time-outs fly by.
_SHORTEST_JUMP = 1.0
# A board that nobody told the time: 2000-01-01. Programs look at the year to see whether they have to ask for it.
_UNSET = 946684800
# The board has been on for a while: programs that begin with `last = 0` and wait for a minute to pass since then do their work at once.
_POWERED_FOR = 1000 * 10**9


class Moment(int):
    """Whole seconds, as boards tell the time. The difference of two is exact, so that a program that measures its calls sees the steps of a board."""

    @classmethod
    def now(cls, seconds):
        """A moment of the clock."""
        moment = cls(seconds)
        moment.exact = seconds
        return moment

    def __sub__(self, other):
        return self.exact - other.exact if isinstance(other, Moment) else int(self) - other


class Clock:
    """Seconds. `time()` begins with the year 2000 as a board's, until the program sets it; it has no time zone."""

    def __init__(self, is_fast=False):
        self._is_fast = is_fast
        self._start = time.monotonic_ns() - _POWERED_FOR
        self._jumped = 0  # nanoseconds
        self._set_to = _UNSET
        self._set_at = self.monotonic_ns()

    def time(self):
        """Seconds since 1970, a float."""
        return self._set_to + (self.monotonic_ns() - self._set_at) / 1e9

    def set_time(self, seconds):
        """Set the real-time clock, in seconds since 1970."""
        self._set_to, self._set_at = seconds, self.monotonic_ns()

    def monotonic(self):
        """Seconds since the board was switched on."""
        return self.monotonic_ns() / 1e9

    def monotonic_ns(self):
        """Nanoseconds since the board was switched on."""
        return time.monotonic_ns() - self._start + self._jumped

    def sleep(self, seconds):
        """Wait; with `--fast` waits of a second and more jump instead."""
        if seconds < 0:
            raise ValueError("sleep length must be non-negative")
        if self._is_fast and seconds >= _SHORTEST_JUMP:
            self._jumped += int(seconds * 1e9)
            time.sleep(0.001)  # others run, and signals are seen
        else:
            time.sleep(seconds)
