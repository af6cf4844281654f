"""CircuitPython's `microcontroller`: the chip, of which a desk has the memory that outlives power-off and the ways to start anew."""

import time as _time

from socketpool_run.context import context as _context
from socketpool_run.hardware import memory as _memory
from socketpool_run.hardware.desk import asked as _asked
from socketpool_run.hardware.desk import fed as _fed
from socketpool_run.hardware.enums import Choice as _Choice
from socketpool_run.hardware.pins import Pin
from watchdog import WatchDogTimer as _WatchDogTimer

from . import pin

__all__ = ["Pin", "Processor", "ResetReason", "RunMode", "cpu", "cpus", "delay_us", "disable_interrupts", "enable_interrupts", "nvm", "on_next_reset",
           "pin", "reset", "watchdog"]


class ResetReason(_Choice):
    """Why the chip started."""


class RunMode(_Choice):
    """What is to run after a reset."""


ResetReason._make("POWER_ON", "BROWNOUT", "SOFTWARE", "DEEP_SLEEP_ALARM", "RESET_PIN", "WATCHDOG", "UNKNOWN", "RESCUE_DEBUG")
RunMode._make("NORMAL", "SAFE_MODE", "UF2", "BOOTLOADER")


class Processor:
    """What the chip says of itself: what is fed as `cpu_temperature` and the like, else a chip on a desk."""

    @property
    def frequency(self):
        """Hertz."""
        return int(_fed("cpu", "frequency", 240_000_000))

    @property
    def reset_reason(self):
        """One of `ResetReason`."""
        return getattr(ResetReason, _context.reset_reason)

    @property
    def temperature(self):
        """Degrees Celsius."""
        return float(_fed("cpu", "temperature", 35.0))

    @property
    def uid(self):
        """Eight bytes, the same at every desk."""
        return bytearray(_fed("cpu", "uid", b"\xde\x5c\x00\x00\x00\x00\x00\x01"))

    @property
    def voltage(self):
        """Volts."""
        return float(_fed("cpu", "voltage", 3.3))


cpu = Processor()
cpus = (cpu,)
nvm = _memory.nonvolatile()
watchdog = _WatchDogTimer()


def delay_us(delay):
    """Wait some microseconds."""
    _time.sleep(max(0, delay) / 1e6)


def disable_interrupts():
    """Without effect."""


def enable_interrupts():
    """Without effect."""


def on_next_reset(run_mode):
    """Kept for the report: at a desk the program is what runs."""
    if not isinstance(run_mode, RunMode):
        raise TypeError("run_mode must be of type RunMode")
    _asked("microcontroller", "on_next_reset", run_mode)


def reset():
    """Start the board anew, boot.py first."""
    _context.reset()
