"""A message turns a light on, and off."""

import os

import board
import digitalio
from desk_mqtt import MQTT
from desk_net import join

led = digitalio.DigitalInOut(board.LED)
led.switch_to_output()
seen = []


def message(topic, text):
    led.value = text == "on"
    seen.append(text)
    print(topic, text, led.value)


client = MQTT(join(), os.getenv("MQTT_BROKER"))
client.on_message = message
client.connect()
client.subscribe("desk/led")
client.publish("desk/ready", "yes")
while len(seen) < 2:
    client.loop(1)
client.disconnect()
