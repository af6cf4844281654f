"""A small interface of JSON: settings that are read and changed."""

import json
import os

from desk_net import join
from desk_web import Server

settings = {"color": "red", "speed": 3}
server = Server(join())


@server.route("/settings", "GET")
def read(request):
    return settings


@server.route("/settings", "PUT")
def change(request):
    try:
        settings.update(json.loads(request.body))
    except ValueError:
        return 400, {"error": "not JSON"}
    return settings


server.start(int(os.getenv("PORT")))
while True:
    server.poll()
