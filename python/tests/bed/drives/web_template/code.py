"""Fills a template of the drive with what sensors say."""

import os

import microcontroller
from desk_net import join
from desk_web import Server

server = Server(join())


@server.route("/")
def page(request):
    with open("/templates/page.html") as file:
        text = file.read()
    for name, value in (("temperature", f"{microcontroller.cpu.temperature:.1f}"), ("visitor", request.query.get("name", "stranger"))):
        text = text.replace("{{ " + name + " }}", value)
    return text


server.start(int(os.getenv("PORT")))
while True:
    server.poll()
