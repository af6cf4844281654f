"""Which alarm ends a sleep."""


def first(alarms, now):
    """(Seconds until it is due, alarm) of the alarm that is due first: fed pins at once, else the earliest time; (0, None) without one."""
    for alarm in alarms:
        if hasattr(alarm, "_is_due") and alarm._is_due():
            return 0.0, alarm
    timed = [alarm for alarm in alarms if hasattr(alarm, "monotonic_time")]
    if not timed:
        return 0.0, None
    alarm = min(timed, key=lambda each: each.monotonic_time)
    return alarm.monotonic_time - now, alarm
