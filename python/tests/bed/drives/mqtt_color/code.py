"""A colour picker for a strip of lights."""

import os

import board
import neopixel
from desk_mqtt import MQTT
from desk_net import join

pixels = neopixel.NeoPixel(board.NEOPIXEL, 3, brightness=1.0)
client = MQTT(join(), os.getenv("MQTT_BROKER"))
colors = []


def message(topic, text):
    colors.append(int(text[1:], 16))
    pixels.fill(colors[-1])


client.on_message = message
client.connect()
client.subscribe("desk/color")
while not colors:
    client.loop(1)
print(pixels[0], pixels[2])
