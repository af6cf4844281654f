"""Talks with a browser by a websocket: colours come, the strip shows them."""

import os

import board
import neopixel
from desk_net import join
from desk_web import KEEP, Server, Websocket

pixels = neopixel.NeoPixel(board.NEOPIXEL, 1)
server = Server(join())
sockets = []


@server.route("/ws")
def talk(request):
    sockets.append(Websocket(request))
    return KEEP


server.start(int(os.getenv("PORT")))
while True:
    server.poll()
    while sockets:
        text = sockets[0].receive()
        if text is None:
            sockets.pop()
            print("closed")
            break
        pixels[0] = int(text, 16)
        sockets[0].send(f"now {pixels[0]}")
