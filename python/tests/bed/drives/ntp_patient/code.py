"""A time server that is silent at first."""

import os

from desk_net import join

pool = join()
packet = bytearray(48)
where = (os.getenv("NTP_HOST"), int(os.getenv("NTP_PORT")))
with pool.socket(pool.AF_INET, pool.SOCK_DGRAM) as sock:
    sock.settimeout(0.3)
    for attempt in range(1, 9):
        packet[0] = 0x23
        sock.sendto(packet, where)
        try:
            count, _ = sock.recvfrom_into(packet)
        except OSError as error:
            print("attempt", attempt, error.errno)
            continue
        print("answer of", count, "bytes")
        break
