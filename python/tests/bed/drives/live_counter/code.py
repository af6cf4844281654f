"""Counts on the display, and tells whoever asks."""

import os

import board
import displayio
import vectorio
from desk_net import join
from desk_web import Server

palette = displayio.Palette(1)
palette[0] = 0xFF00FF
bar = vectorio.Rectangle(pixel_shader=palette, width=1, height=10, x=0, y=0)
board.DISPLAY.root_group = displayio.Group()
board.DISPLAY.root_group.append(bar)
server = Server(join())


@server.route("/count", "POST")
def count(request):
    bar.width += 1
    return {"count": bar.width}


server.start(int(os.getenv("PORT")))
while True:
    server.poll()
