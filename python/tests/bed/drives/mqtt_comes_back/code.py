"""Comes back when the broker goes."""

import os
import time

from desk_mqtt import MQTT
from desk_net import join

pool = join()
for attempt in range(5):
    client = MQTT(pool, os.getenv("MQTT_BROKER"), client_id=f"desk{attempt}")
    client.will = ("desk/state", "gone")
    try:
        client.connect()
        client.publish("desk/state", "here", qos=1)
        for _ in range(3):
            client.ping()
        print("stayed at attempt", attempt + 1)
        client.disconnect()
        break
    except OSError as error:
        print("lost:", error)
        time.sleep(1)
