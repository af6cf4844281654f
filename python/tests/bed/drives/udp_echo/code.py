"""Answers datagrams, without waiting for them."""

import os
import time

from desk_net import join

pool = join()
buffer = bytearray(128)
with pool.socket(pool.AF_INET, pool.SOCK_DGRAM) as sock:
    port = int(os.getenv("PORT"))
    sock.bind(("0.0.0.0", port))
    sock.settimeout(0)
    print(f"listening on {port or sock.getsockname()[1]}")
    answered = 0
    while answered < 2:
        try:
            count, client = sock.recvfrom_into(buffer)
        except OSError as error:
            assert error.errno == 11, error
            time.sleep(0.01)
            continue
        sock.sendto(bytes(buffer[:count]).upper(), client)
        answered += 1
print("answered", answered)
