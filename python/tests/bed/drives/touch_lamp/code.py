"""A lamp that is touched, and tells a server what it shows."""

import board
import neopixel
import touchio
from desk_net import join, session
from rainbowio import colorwheel

pad = touchio.TouchIn(board.A1)
strip = neopixel.NeoPixel(board.NEOPIXEL, 2, auto_write=False)
requests = session(join())
hue = 0
while hue < 170:
    if pad.value:
        hue += 85
        strip.fill(colorwheel(hue))
        strip.show()
        print(f"{strip[0]}", requests.post("http://lamp.example.com/hue", json={"hue": hue}).status_code)
