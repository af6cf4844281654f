"""Sends its log to a collector, a datagram a line."""

import os

import supervisor
from desk_net import join

pool = join()
with pool.socket(pool.AF_INET, pool.SOCK_DGRAM) as sock:
    where = (os.getenv("LOG_HOST"), int(os.getenv("LOG_PORT")))
    for number in range(3):
        sock.sendto(f"<14>desk code.py: line {number}".encode(), where)
print("logged", supervisor.ticks_ms() >= 0)
