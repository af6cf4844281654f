"""Measures, sends, sleeps deeply; the number of starts is in the sleep memory."""

import os
import time

import alarm
from desk_net import join, session

starts = alarm.sleep_memory[0] + 1
alarm.sleep_memory[0] = starts
print("start", starts, "woken by", type(alarm.wake_alarm).__name__)
session(join()).post("http://sensors.example.com/start", json={"n": starts, "room": os.getenv("ROOM")})
alarm.exit_and_deep_sleep_until_alarms(alarm.time.TimeAlarm(monotonic_time=time.monotonic() + 60))
