"""A program from before settings.toml: its secrets are in secrets.py."""

from secrets import secrets

import socketpool
import wifi
from desk_http import Session

wifi.radio.connect(secrets["ssid"], secrets["password"])
print(Session(socketpool.SocketPool(wifi.radio)).get("http://www.example.com/", headers={"X-Key": secrets["aio_key"]}).text)
