"""The time of Adafruit IO, and a label with it on a round display."""

import os

import board
import busio
import displayio
import fourwire
from busdisplay import BusDisplay
from desk_net import join, session
from desk_text import line

displayio.release_displays()
bus = fourwire.FourWire(busio.SPI(board.SCK, MOSI=board.MOSI), command=board.D6, chip_select=board.D9, reset=board.D5)
display = BusDisplay(bus, b"\x01\x80\x96\x11\x80\x78", width=240, height=240)
user, key = os.getenv("ADAFRUIT_AIO_USERNAME"), os.getenv("ADAFRUIT_AIO_KEY")
text = session(join()).get(f"https://io.adafruit.com/api/v2/{user}/integrations/time/strftime?x-aio-key={key}&fmt=%25H:%25M").text
display.root_group = displayio.Group()
display.root_group.append(line(text, 0x00FF00, 60, 100, scale=4))
print("it is", text)
