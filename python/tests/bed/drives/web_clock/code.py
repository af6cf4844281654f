"""Sets the clock from a page, and prints the date."""

import time

import rtc
from desk_net import join, session

now = session(join()).get("http://worldtimeapi.org/api/ip").json()
rtc.RTC().datetime = time.localtime(now["unixtime"] + now["raw_offset"])
t = time.localtime()
print(f"{t.tm_year}-{t.tm_mon:02}-{t.tm_mday:02} {t.tm_hour:02}:{t.tm_min:02}")
