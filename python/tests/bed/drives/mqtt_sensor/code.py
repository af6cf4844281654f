"""Publishes what a sensor on I2C measures, with QoS 1."""

import os

import board
from desk_mqtt import MQTT
from desk_net import join

i2c = board.STEMMA_I2C()
while not i2c.try_lock():
    pass
raw = bytearray(6)
i2c.writeto(0x44, b"\xfd")
i2c.readfrom_into(0x44, raw)
i2c.unlock()
celsius = int.from_bytes(raw[:2], "big") / 65535 * 175 - 45
client = MQTT(join(), os.getenv("MQTT_BROKER"), username="desk", password=os.getenv("MQTT_KEY"))
client.connect()
client.publish("desk/temperature", f"{celsius:.1f}", qos=1, retain=True)
client.disconnect()
print("published", f"{celsius:.1f}")
