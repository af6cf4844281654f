"""Sends a temperature to Adafruit IO."""

import os

import microcontroller
from desk_net import join, session

user, key = os.getenv("ADAFRUIT_AIO_USERNAME"), os.getenv("ADAFRUIT_AIO_KEY")
value = round(microcontroller.cpu.temperature, 1)
answer = session(join()).post(f"https://io.adafruit.com/api/v2/{user}/feeds/desk/data", headers={"X-AIO-Key": key}, json={"value": value})
print(answer.status_code, answer.json()["value"])
