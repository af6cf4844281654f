"""Every name that CircuitPython documents for a module is in its stand-in: `data/circuitpython_names.txt`, made from the stubs upstream."""

import importlib
import inspect
import os
import re
import unittest

from .standins import StandinTestCase

_LIST = os.path.join(os.path.dirname(os.path.abspath(__file__)), "data", "circuitpython_names.txt")

# What programs do not use: types for annotations, members of instances that only a run shows, and what upstream documents and no board has.
_LEFT_OUT = {
    "digitalio": {"DigitalInOutProtocol"},
    "is31fl3741": {"enable", "reset", "set_global_current", "set_led", "write"},  # methods, by a slip of indentation upstream
    "displayio": {"AnyDisplay", "AnyDisplayBus", "AnyFramebuffer"},
}


def _listed():
    with open(_LIST, encoding="utf-8") as file:
        for line in file:
            if not line.startswith("#"):
                module, *words = line.split()
                yield module, words


class NameTests(StandinTestCase):
    maxDiff = None

    def test_every_documented_name_is_there(self):
        missing = []
        for name, words in _listed():
            module = importlib.import_module(name)
            for word in words:
                label, _, members = word.partition("(")
                if label in _LEFT_OUT.get(name, ()):
                    continue
                found = getattr(module, label, None)
                if found is None and not hasattr(module, label):
                    missing.append(f"{name}.{label}")
                elif members:
                    missing += [f"{name}.{label}.{member}" for member in members.rstrip(")").split(",") if member and not self.has(found, member)]
        self.assertEqual("", "\n".join(missing))

    @staticmethod
    def has(kind, member):
        """A class's attribute, also one that its constructor sets."""
        if hasattr(kind, member) or member in getattr(kind, "_fields", ()) or member in getattr(getattr(kind, "__signature__", None), "parameters", ()):
            return True
        source = "".join(inspect.getsource(each) for each in kind.__mro__ if getattr(each, "__module__", "") not in ("builtins", "array") and _has_source(each))
        return re.search(rf"\bself\.{member}\b[^(=]*=[^=]", source) is not None or f'"{member}"' in source


def _has_source(kind):
    try:
        inspect.getsource(kind)
    except (OSError, TypeError):
        return False
    return True


if __name__ == "__main__":
    unittest.main()
