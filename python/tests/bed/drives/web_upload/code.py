"""Takes files and keeps them on the drive, which has to be writable."""

import os

import storage
from desk_net import join
from desk_web import Server

storage.remount("/", False)
server = Server(join(), "/uploads")
try:
    os.mkdir("/uploads")
except OSError:
    pass


@server.route("/upload", "POST")
def upload(request):
    name = request.query["name"].replace("/", "_")
    with open(f"/uploads/{name}", "wb") as file:
        file.write(request.body)
    return {"name": name, "size": os.stat(f"/uploads/{name}")[6]}


server.start(int(os.getenv("PORT")))
while True:
    server.poll()
