"""Headlines on a panel of lights."""

import board
import displayio
import framebufferio
import rgbmatrix
from desk_net import join, session
from desk_text import line

displayio.release_displays()
matrix = rgbmatrix.RGBMatrix(
    width=64, bit_depth=4, rgb_pins=[board.MTX_R1, board.MTX_G1, board.MTX_B1, board.MTX_R2, board.MTX_G2, board.MTX_B2],
    addr_pins=[board.MTX_ADDRA, board.MTX_ADDRB, board.MTX_ADDRC, board.MTX_ADDRD], clock_pin=board.MTX_CLK, latch_pin=board.MTX_LAT,
    output_enable_pin=board.MTX_OE)
display = framebufferio.FramebufferDisplay(matrix, auto_refresh=False)
title = session(join()).get("https://api.nytimes.com/news.json").json()["results"][0]["title"]
display.root_group = line(title, 0xFF8000, 2, 10)
display.refresh()
print(display.width, display.height, title)
