"""A test that plays a drive of the bed: copies it with the libraries and settings, runs it, and looks at what came of it."""

import os
import re
import shutil
import struct
import zlib

from .. import runs, support
from .hosts import WebHosts

HERE = os.path.dirname(os.path.abspath(__file__))
DRIVES = os.path.join(HERE, "drives")

_SETTINGS = {
    "CIRCUITPY_WIFI_SSID": "desk", "CIRCUITPY_WIFI_PASSWORD": "password", "ADAFRUIT_AIO_USERNAME": "maker", "ADAFRUIT_AIO_KEY": "aio_key", "PORT": 0,
}


class BedCase(runs.RunCase):
    """Each test names its drive."""

    def lay(self, name, **settings):
        """Copies a drive into place."""
        shutil.copytree(os.path.join(DRIVES, name), self.drive, dirs_exist_ok=True)
        shutil.copytree(os.path.join(HERE, "lib"), os.path.join(self.drive, "lib"), dirs_exist_ok=True)
        path = os.path.join(self.drive, "settings.toml")
        lines = []
        if os.path.exists(path):
            with open(path, encoding="utf-8") as file:
                lines = file.read().splitlines()
        known = {line.partition("=")[0].strip() for line in lines}
        for key, value in {**_SETTINGS, **settings}.items():
            if key not in known and not (name == "old_secrets" and key.startswith("CIRCUITPY")):
                lines.append(f"{key} = {value}" if isinstance(value, int) else f'{key} = "{value}"')
        self.write("settings.toml", "\n".join(lines) + "\n")

    def web(self, **answers):
        """Fake hosts; the keys are given as a mapping."""
        hosts = WebHosts(answers)
        self.addCleanup(hosts.close)
        return hosts

    def hosts(self, answers):
        """Fake hosts that answer so."""
        return self.web(**answers)

    def play(self, name, *arguments, web=None, settings=None, **options):
        """Runs a drive to its end: without time passing in its sleeps, without internet."""
        self.lay(name, **(settings or {}))
        options.setdefault("env", support.environment(SOCKETPOOL_INTERFACE="lo"))
        return self.run_drive("--fast", "--offline", *self.rules(web), *arguments, **options)

    @staticmethod
    def rules(web):
        """What leads every name to the fake hosts."""
        if web is None:
            return ()
        return "--host", f"https://*=http://127.0.0.1:{web.port}", "--host", f"http://*=http://127.0.0.1:{web.port}"

    def serve(self, name, *arguments, settings=None, ready=r"listening on (\d+)"):
        """Starts a drive that serves; (process, port)."""
        self.lay(name, **(settings or {}))
        process = self.start_program(self.command("--offline", "--timeout", "50", *arguments), env=support.environment(SOCKETPOOL_INTERFACE="lo", PYTHONUNBUFFERED="1"))
        seen = []
        for line in process.stdout:
            seen.append(line)
            found = re.search(ready, line)
            if found:
                return process, int(found[1])
        raise AssertionError("".join(seen))

    def pixels(self, name="screen.png"):
        """(width, height, function (x, y) -> 0xRRGGBB) of a picture that the run drew."""
        with open(os.path.join(self.scratch, name), "rb") as file:
            data = file.read()
        width, height = struct.unpack(">II", data[16:24])
        at = data.index(b"IDAT")
        rows = zlib.decompress(data[at + 4 : at + 4 + struct.unpack(">I", data[at - 4 : at])[0]])

        def pixel(x, y):
            place = y * (3 * width + 1) + 1 + 3 * x
            return int.from_bytes(rows[place : place + 3], "big")

        return width, height, pixel

    def values(self, text):
        """A file of values outside the drive; its path."""
        path = os.path.join(self.scratch, "values.py")
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
        return path

    def screen(self):
        """The arguments that draw the display."""
        return "--screen", os.path.join(self.scratch, "screen.png")


def bmp(width, height, color):
    """A picture of one colour as a file of 24 bits."""
    row = bytes([color & 0xFF, color >> 8 & 0xFF, color >> 16]) * width
    row += bytes(-len(row) % 4)
    head = struct.pack("<IiiHHIIiiII", 40, width, height, 1, 24, 0, len(row) * height, 0, 0, 0, 0)
    return struct.pack("<2sIII", b"BM", 54 + len(row) * height, 0, 54) + head + row * height


def wav(seconds, rate=8000):
    """Silence as a file of 8 bits."""
    count = int(seconds * rate)
    return struct.pack("<4sI4s4sIHHIIHH4sI", b"RIFF", 36 + count, b"WAVE", b"fmt ", 16, 1, 1, rate, rate, 1, 8, b"data", count) + b"\x80" * count
