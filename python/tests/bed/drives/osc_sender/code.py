"""Sends what an accelerometer feels as Open Sound Control."""

import os
import struct

import board
from desk_net import join

i2c = board.I2C()
while not i2c.try_lock():
    pass
raw = bytearray(6)
i2c.writeto_then_readfrom(0x18, b"\xa8", raw)
i2c.unlock()
values = [number / 16380 for number in struct.unpack("<hhh", raw)]


def padded(text):
    data = text.encode() + b"\0"
    return data + bytes(-len(data) % 4)


message = padded("/desk/tilt") + padded(",fff") + struct.pack(">fff", *values)
pool = join()
with pool.socket(pool.AF_INET, pool.SOCK_DGRAM) as sock:
    sock.sendto(message, (os.getenv("OSC_HOST"), int(os.getenv("OSC_PORT"))))
print(values)
