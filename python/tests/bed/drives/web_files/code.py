"""Serves a folder of the drive, and nothing else of it."""

import os

from desk_net import join
from desk_web import Server

server = Server(join(), "/static")
server.start(int(os.getenv("PORT")))
while True:
    server.poll()
