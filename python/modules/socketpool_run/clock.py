"""The program's clocks: the real-time clock that `rtc` sets, and the monotonic one. `--fast` jumps over long sleeps."""

import time

# Shorter ones are waited for: a loop that polls sockets between naps must not see its time-outs fly by.
_SHORTEST_JUMP = 1.0
# The board has been on for a while: programs that begin with `last = 0` and wait for a minute to pass since then do their work at once.
_POWERED_FOR = 1000 * 10**9


class Clock:
    """Seconds. `time()` is UTC until the program sets it; it has no time zone, as a board's."""

    def __init__(self, is_fast=False):
        self._is_fast = is_fast
        self._start = time.monotonic_ns() - _POWERED_FOR
        self._jumped = 0  # nanoseconds
        self._offset = 0.0

    def time(self):
        """Seconds since 1970, a float."""
        return time.time() + self._jumped / 1e9 + self._offset

    def set_time(self, seconds):
        """Set the real-time clock, in seconds since 1970."""
        self._offset += seconds - self.time()

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
