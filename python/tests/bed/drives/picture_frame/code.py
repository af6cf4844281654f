"""Loads a picture into the drive and shows it; the next start finds it there."""

import os

import board
import displayio
from desk_net import join, session

NAME = "/cache/today.bmp"
try:
    os.mkdir("/cache")
except OSError:
    pass
if "today.bmp" not in os.listdir("/cache"):
    answer = session(join()).get("https://pictures.example.com/today.bmp")
    with open(NAME, "wb") as file:
        for piece in answer.iter_content(256):
            file.write(piece)
    print("loaded", os.stat(NAME)[6], "bytes")
else:
    print("in the cache")
bitmap = displayio.OnDiskBitmap(NAME)
group = displayio.Group(scale=4)
group.append(displayio.TileGrid(bitmap, pixel_shader=bitmap.pixel_shader))
board.DISPLAY.root_group = group
