"""A door's switch wakes the board, which tells a hook and sleeps again."""

import alarm
import board
from desk_net import join, session

door = alarm.pin.PinAlarm(pin=board.D27, value=True, pull=True)
if alarm.wake_alarm is None:
    print("armed")
else:
    print("door", alarm.wake_alarm.value, session(join()).post("https://hooks.example.com/door", json={"open": True}).status_code)
alarm.exit_and_deep_sleep_until_alarms(door)
