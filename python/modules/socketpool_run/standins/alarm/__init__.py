"""CircuitPython's `alarm`: sleep until a time, a pin or a touch. Which alarm woke the board is fed, else it is the first that is due."""

from socketpool_run.context import context as _context
from socketpool_run.hardware import memory as _memory
from socketpool_run.hardware import sleeping as _sleeping
from socketpool_run.hardware.desk import asked as _asked
from socketpool_run.hardware.desk import monotonic_ns as _now
from socketpool_run.hardware.desk import sleep as _sleep

from . import pin, time, touch

__all__ = ["SleepMemory", "exit_and_deep_sleep_until_alarms", "light_sleep_until_alarms", "pin", "sleep_memory", "time", "touch", "wake_alarm"]

SleepMemory = _memory.ByteArray
sleep_memory = _memory.of_sleep()
wake_alarm = _context.kept.get("alarm.wake_alarm")


def light_sleep_until_alarms(*alarms):
    """Wait until an alarm is due, and return it."""
    _check(alarms)
    due, alarm = _sleeping.first(alarms, _now() / 1e9)
    if alarm is None:
        raise ValueError("No alarm can be due here: feed its pin")
    _asked("alarm", "light_sleep_until_alarms")
    _sleep(max(0.0, due))
    global wake_alarm
    wake_alarm = alarm
    return alarm


def exit_and_deep_sleep_until_alarms(*alarms, preserve_dios=()):
    """End the program, sleep, and start anew."""
    _check(alarms)
    due, alarm = _sleeping.first(alarms, _now() / 1e9)
    _asked("alarm", "exit_and_deep_sleep_until_alarms")
    _context.kept["alarm.wake_alarm"] = alarm
    _context.deep_sleep(None if alarm is None else max(0.0, due), alarm)


def _check(alarms):
    for alarm in alarms:
        if not isinstance(alarm, (time.TimeAlarm, pin.PinAlarm, touch.TouchAlarm)):
            raise TypeError(f"Expected an alarm, not {type(alarm).__name__}")
