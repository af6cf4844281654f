"""Turns a servo to where a feed says."""

import os

import board
import pwmio
from desk_net import join, session

user, key = os.getenv("ADAFRUIT_AIO_USERNAME"), os.getenv("ADAFRUIT_AIO_KEY")
servo = pwmio.PWMOut(board.A1, frequency=50)
angle = int(session(join()).get(f"https://io.adafruit.com/api/v2/{user}/feeds/servo/data/last", headers={"X-AIO-Key": key}).json()["value"])
servo.duty_cycle = int((500 + angle / 180 * 2000) / 20000 * 65535)
print(angle, servo.duty_cycle)
