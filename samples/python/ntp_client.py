"""Asks an NTP server for the time (SNTP version 4, RFC 5905 section 14) and prints it.

Settings, from the environment or a board's settings.toml: NTP_HOST, NTP_PORT.
"""

import os
import struct
import time

import socketpool
import wifi

HOST = os.getenv("NTP_HOST", "127.0.0.1")
PORT = int(os.getenv("NTP_PORT", "123"))

EPOCH = 2208988800  # from 1900, where NTP counts from, to 1970
CLIENT, SERVER = 3, 4
ATTEMPTS = 3


def ask(pool, host, port):
    """Seconds since 1970 at the server, fractions included."""
    packet = bytearray(48)
    address = pool.getaddrinfo(host, port, 0, pool.SOCK_DGRAM)[0][4]
    with pool.socket(pool.AF_INET, pool.SOCK_DGRAM) as sock:
        sock.settimeout(1)
        for attempt in range(ATTEMPTS):
            # In place of our time goes a random number: the server returns it, and needs no more.
            question = bytearray(48)
            question[0] = 4 << 3 | CLIENT
            question[40:48] = os.urandom(8)
            sock.sendto(question, address)
            try:
                count = sock.recv_into(packet)
            except OSError as error:
                print(f"attempt {attempt + 1}: {error}")
                continue
            if count == 48 and packet[0] & 7 == SERVER and packet[1] != 0 and packet[24:32] == question[40:48]:
                seconds, fraction = struct.unpack_from("!II", packet, 40)
                return seconds - EPOCH + fraction / 2**32
            print(f"attempt {attempt + 1}: not an answer to our question")
    raise OSError(f"no time from {host}:{port}")


wifi.radio.connect(os.getenv("CIRCUITPY_WIFI_SSID", "desk"), os.getenv("CIRCUITPY_WIFI_PASSWORD", ""))
pool = socketpool.SocketPool(wifi.radio)
now = ask(pool, HOST, PORT)
to_date = getattr(time, "gmtime", time.localtime)  # boards have localtime alone, and mean UTC
year, month, day, hour, minute, second = to_date(int(now))[:6]
print(f"{year}-{month:02}-{day:02} {hour:02}:{minute:02}:{second:02} UTC")
