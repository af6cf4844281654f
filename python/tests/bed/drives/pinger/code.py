"""Pings a host by its name."""

import socketpool
import wifi
from desk_net import join

pool = join()
host = pool.getaddrinfo("www.example.com", 80)[0][4][0]
import ipaddress

print("answered" if wifi.radio.ping(ipaddress.ip_address(host)) is not None else "silent")
