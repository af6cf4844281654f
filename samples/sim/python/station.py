# As a program for a board does it: it joins a network, asks a server now and then, and joins again when the network is gone.
import time

import socketpool
import wifi

SSID, PASSWORD = "cafe", "secret123"


def join():
    while True:
        try:
            wifi.radio.connect(SSID, PASSWORD)
            print(f"pico: joined {wifi.radio.ap_info.ssid} as {wifi.radio.ipv4_address}, {wifi.radio.ap_info.rssi} dBm")
            return
        except ConnectionError as error:
            print("pico:", error)
            time.sleep(5)


def ask(pool):
    with pool.socket() as sock:
        sock.settimeout(10)
        sock.connect(("server", 80))
        sock.send(b"time?")
        buffer = bytearray(64)
        return buffer[:sock.recv_into(buffer)].decode()


for network in wifi.radio.start_scanning_networks():
    print("pico: hears", network.ssid, network.channel, network.rssi)
wifi.radio.stop_scanning_networks()
join()
pool = socketpool.SocketPool(wifi.radio)
answers = lost = 0
while answers < 10:
    try:
        print("pico:", ask(pool))
        answers += 1
    except OSError as error:
        lost += 1
        print("pico:", error.errno, "connected" if wifi.radio.connected else "not connected")
        if not wifi.radio.connected:
            join()
    time.sleep(15)
if lost:
    print("pico: lost and back")
