"""The chip's pins under the chip's own names."""

import re as _re

from socketpool_run.hardware import here as _here


def __getattr__(name):
    if not _re.fullmatch(r"(GPIO|P[A-Z]?)\d+(_\d+)?|CYW\d", name):
        raise AttributeError(f"module 'microcontroller.pin' has no attribute {name!r}")
    return _here.stray(name)


def __dir__():
    return sorted({pin._name for pin in map(_here.here().pin, _here.here().names()) if pin is not None})
