"""A battery gauge on I2C, and two feeds for it."""

import os

import board
from desk_net import join, session

i2c = board.I2C()
while not i2c.try_lock():
    pass
word = bytearray(2)
i2c.writeto_then_readfrom(0x36, b"\x02", word)
volts = int.from_bytes(word, "big") * 78.125e-6
i2c.writeto_then_readfrom(0x36, b"\x04", word)
percent = word[0]
i2c.unlock()
user, key = os.getenv("ADAFRUIT_AIO_USERNAME"), os.getenv("ADAFRUIT_AIO_KEY")
requests = session(join())
for feed, value in (("volts", f"{volts:.2f}"), ("percent", percent)):
    answer = requests.post(f"https://io.adafruit.com/api/v2/{user}/feeds/{feed}/data", headers={"X-AIO-Key": key}, json={"value": value})
    print(feed, value, answer.status_code)
