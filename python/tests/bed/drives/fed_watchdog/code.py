"""A watchdog that is fed while answers come, and bites when they do not."""

import time

from desk_net import join, session
from microcontroller import watchdog
from watchdog import WatchDogMode, WatchDogTimeout

requests = session(join())
watchdog.timeout = 30
watchdog.mode = WatchDogMode.RAISE
try:
    for _ in range(2):
        print(requests.get("http://alive.example.com/").text)
        watchdog.feed()
    watchdog.timeout = 0.2  # from here on nobody feeds it
    while True:
        time.sleep(0.05)
except WatchDogTimeout:
    print("bitten")
watchdog.deinit()
