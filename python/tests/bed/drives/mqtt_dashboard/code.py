"""Three feeds as bars on a display."""

import os

import board
import displayio
import vectorio
from desk_mqtt import MQTT
from desk_net import join

palette = displayio.Palette(3)
palette[0], palette[1], palette[2] = 0xFF0000, 0x00FF00, 0x0000FF
bars = displayio.Group()
board.DISPLAY.root_group = bars
values = {}


def message(topic, text):
    values[topic] = int(text)


client = MQTT(join(), os.getenv("MQTT_BROKER"))
client.on_message = message
client.connect()
client.subscribe("desk/bars/#")
while len(values) < 3:
    client.loop(1)
for place, name in enumerate(sorted(values)):
    bars.append(vectorio.Rectangle(pixel_shader=palette, width=values[name], height=20, x=0, y=30 * place, color_index=place))
print([bar.width for bar in bars])
