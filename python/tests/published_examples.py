"""Published example programs, where folders of them and of their libraries are named by the environment; without, there is nothing to run.

    SOCKETPOOL_EXAMPLES=Adafruit_CircuitPython_Requests/examples SOCKETPOOL_LIBRARIES=lib python3 -m unittest -v tests.published_examples

Several folders are separated by colons. An example passes when it lacks no board module, no setting, no name, no certificate and no path.
"""

import glob
import os
import re
import shutil
import unittest

from . import support
from .bed.case import BedCase
from .bed.hosts import Broker

_FOLDERS = [folder for folder in os.environ.get("SOCKETPOOL_EXAMPLES", "").split(os.pathsep) if folder]
_LIBRARIES = os.environ.get("SOCKETPOOL_LIBRARIES")
_ABSENT = re.compile(r"no module named '(?!espnow)|has no attribute|gaierror|CERTIFICATE_VERIFY_FAILED|outside the drive|NameError", re.IGNORECASE)


class ExampleTests(BedCase):
    time_limit = 260

    def examine(self, path):
        """Runs one example for a few seconds with hosts that answer everything with a little JSON."""
        self.write("lib/.keep", "")
        shutil.copytree(_LIBRARIES, os.path.join(self.drive, "lib"), dirs_exist_ok=True)
        with open(path, encoding="utf-8") as file:
            source = file.read()
        self.write("code.py", source)
        keys = set(re.findall(r"getenv\(\s*[\"'](\w+)", source)) | {"CIRCUITPY_WIFI_SSID", "CIRCUITPY_WIFI_PASSWORD"}
        self.write("settings.toml", "".join(f'{key} = "{key.lower()[:20]}"\n' for key in sorted(keys)))
        web = self.hosts({})
        web.answers = _Everything()
        broker = Broker()
        self.addCleanup(broker.close)
        mqtt = ("--host", f"mqtts://*=mqtt://127.0.0.1:{broker.port}", "--host", f"mqtt://*=127.0.0.1:{broker.port}")
        done = self.run_drive("--fast", "--offline", "--run-for", "8", *mqtt, *self.rules(web), status=None, timeout=60,
                              env=support.environment(SOCKETPOOL_INTERFACE="lo"))
        found = _ABSENT.search(done.output)
        self.assertIsNone(found, f"{path}\n{done}")


class _Everything(dict):
    def get(self, key, default=None):
        return (200, {}, {"value": "1", "id": "1", "key": "a"})


def _add(path):
    name = re.sub(r"\W", "_", os.path.splitext(os.path.basename(path))[0])
    setattr(ExampleTests, f"test_{name}", lambda self: self.examine(path))


if _LIBRARIES:
    for _folder in _FOLDERS:
        for _path in sorted(glob.glob(os.path.join(_folder, "**", "*.py"), recursive=True)):
            with open(_path, encoding="utf-8") as _file:
                if re.search(r"^\s*import wifi", _file.read(), re.MULTILINE):
                    _add(_path)


if __name__ == "__main__":
    unittest.main()
