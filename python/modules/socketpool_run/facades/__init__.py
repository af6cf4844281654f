"""The modules of CPython that a program for boards sees otherwise. One file each: `make(context, importer)` returns what `import` gives."""

import importlib
from types import ModuleType

from ..context import context

_NAMES = frozenset("asyncio atexit builtins errno gc io json os select ssl sys time traceback".split())


class Facade(ModuleType):
    """A module as boards show it: its own attributes, and for every other those of CPython's module beneath, if there is one."""

    def __init__(self, name, beneath=None, **attributes):
        super().__init__(name)
        self.__dict__.update(attributes)
        names = set(attributes) | (set(dir(beneath)) if beneath is not None else set())
        self.__all__ = sorted(name for name in names if not name.startswith("_"))
        self._beneath = beneath

    def __getattr__(self, name):
        beneath = self.__dict__.get("_beneath")
        if beneath is None or name.startswith("__") or context.board.refuses(f"{self.__name__}.{name}"):
            raise AttributeError(f"module '{self.__name__}' has no attribute '{name}'")
        return getattr(beneath, name)

    def __repr__(self):
        return f"<module '{self.__name__}'>"


def make(name, context, importer):
    """The facade of a module, or None where the program sees CPython's."""
    if name not in _NAMES:
        return None
    return importlib.import_module(f"{__name__}._{name}").make(context, importer)
