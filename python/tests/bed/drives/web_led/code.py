"""A page with a button for the light."""

import os

import board
import digitalio
from desk_net import join
from desk_web import Server

led = digitalio.DigitalInOut(board.LED)
led.switch_to_output()
server = Server(join())


@server.route("/")
def page(request):
    return f"<html><body>The light is {'on' if led.value else 'off'}.<form method=post action=/led><button>turn</button></form></body></html>"


@server.route("/led", "POST")
def turn(request):
    led.value = not led.value
    return {"on": led.value}


server.start(int(os.getenv("PORT")))
while True:
    server.poll()
