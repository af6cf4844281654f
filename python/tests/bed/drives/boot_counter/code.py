"""Counts its starts in memory that stays, and resets once."""

import microcontroller
from desk_net import join

join()
count = microcontroller.nvm[0] if microcontroller.nvm[0] != 255 else 0
microcontroller.nvm[0] = count + 1
print("start", count + 1, microcontroller.cpu.reset_reason)
if count == 0:
    microcontroller.reset()
