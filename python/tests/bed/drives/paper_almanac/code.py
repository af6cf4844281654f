"""A page on electronic paper, then deep sleep until tomorrow."""

import time

import alarm
import board
import displayio
from desk_net import join, session
from desk_text import line

display = board.DISPLAY
day = session(join()).get("https://almanac.example.com/today").json()
page = displayio.Group()
palette = displayio.Palette(1)
palette[0] = 0xFFFFFF
page.append(displayio.TileGrid(displayio.Bitmap(display.width, display.height, 1), pixel_shader=palette))
page.append(line(day["saint"], 0x000000, 10, 10, scale=2))
display.root_group = page
time.sleep(display.time_to_refresh)
display.refresh()
print(display.width, display.height, day["saint"])
alarm.exit_and_deep_sleep_until_alarms(alarm.time.TimeAlarm(monotonic_time=time.monotonic() + 3600))
