"""Adafruit IO by MQTT over TLS."""

import os
import ssl

from desk_mqtt import MQTT
from desk_net import join

user = os.getenv("ADAFRUIT_AIO_USERNAME")
client = MQTT(join(), "io.adafruit.com", 8883, username=user, password=os.getenv("ADAFRUIT_AIO_KEY"), ssl_context=ssl.create_default_context())
client.connect()
client.subscribe(f"{user}/feeds/echo")
got = []
client.on_message = lambda topic, text: got.append((topic, text))
client.publish(f"{user}/feeds/echo", "over TLS")
while not got:
    client.loop(1)
client.ping()
client.disconnect()
print(got)
