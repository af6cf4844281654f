"""Lists the networks in the air, and joins the right one."""

import os

import wifi

found = sorted((network.ssid, network.authmode != []) for network in wifi.radio.start_scanning_networks())
wifi.radio.stop_scanning_networks()
print(found)
try:
    wifi.radio.connect("neighbours", "12345678")
except ConnectionError as error:
    print(error)
try:
    wifi.radio.connect(os.getenv("CIRCUITPY_WIFI_SSID"), "wrong password")
except ConnectionError as error:
    print(error)
wifi.radio.connect(os.getenv("CIRCUITPY_WIFI_SSID"), os.getenv("CIRCUITPY_WIFI_PASSWORD"))
print(wifi.radio.connected, wifi.radio.ap_info.ssid)
