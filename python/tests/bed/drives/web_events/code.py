"""Sends the temperature to browsers as events."""

import os
import time

import microcontroller
from desk_net import join
from desk_web import KEEP, Events, Server

server = Server(join())
listeners = []


@server.route("/events")
def events(request):
    listeners.append(Events(request))
    return KEEP


server.start(int(os.getenv("PORT")))
number = 0
while True:
    server.poll()
    for listener in list(listeners):
        number += 1
        try:
            listener.send(f"{number} {microcontroller.cpu.temperature}", "temperature")
        except OSError:
            listeners.remove(listener)
            listener.close()
            print("a listener has gone")
    time.sleep(0.02)
