"""Tells the network of its page by multicast DNS."""

import os

import mdns
import wifi
from desk_net import join
from desk_web import Server

server = Server(join())
port = server.start(int(os.getenv("PORT")))
name = mdns.Server(wifi.radio)
name.hostname = "bed-desk"
name.advertise_service(service_type="_http", protocol="_tcp", port=port)
print("known as", name.hostname)
while True:
    server.poll()
