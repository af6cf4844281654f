"""Loads modules that see the drive: the program's, and those of libraries for boards."""

import importlib.machinery
import re

from .dialect import compile_source

# What a library with drivers of chips imports.
_BUS = re.compile(rb"i2c_device|spi_device|i2cdevice|I2CDevice|SPIDevice|\bbusio\b|adafruit_onewire|adafruit_seesaw|\bpulseio\b")


class BoardLoader(importlib.machinery.SourceFileLoader):
    """Loads a module that sees the drive, not the machine: its `open`, its `os`."""

    importer = None

    def exec_module(self, module):
        code = self.get_code(module.__name__)
        module.__file__ = self.importer.show(module.__file__)
        module.__dict__["__builtins__"] = self.importer.builtins
        exec(code, module.__dict__)
        if self._may_hold_drivers():
            from .absent import watch_drivers

            watch_drivers(module, self.importer.context)

    def get_code(self, fullname):
        """Compiled anew: no __pycache__ on the drive, and none of CPython's own, whose annotations run."""
        path = self.get_filename(fullname)
        return compile_source(self.get_data(path), path)

    def _may_hold_drivers(self):
        """Whether it is a library's and names a bus."""
        drive = self.importer.context.drive.path
        if self.path.startswith(drive + "/") and not self.path.startswith(drive + "/lib/"):
            return False
        with open(self.path, "rb") as file:
            return _BUS.search(file.read()) is not None


def mentions_boards(path):
    """Whether an installed module was written for boards, by its text."""
    with open(path, "rb") as file:
        return b"circuitpython" in file.read(65536).lower()
