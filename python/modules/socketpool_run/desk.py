"""desk.toml beside the program: the options of the command line, which goes before it.

    offline = true
    ap = "home:password"

    [hosts]
    "io.adafruit.com" = "127.0.0.1:8443"
    "*" = "./fake"

    [pins]
    D5 = 0
"""

import os

from .options import UsageError, _down
from .values import Values

_FLAGS = ("offline", "strict", "fast", "watch", "no-blinka", "quiet")
_TEXTS = ("board", "ap", "ap-down", "radio", "address", "gateway", "dns", "interface")
_PATHS = ("trust", "values", "nvm", "screen", "json", "pcap")
_NUMBERS = ("max-sockets", "timeout", "run-for", "reloads")
_COUNTS = ("max-sockets", "reloads")
_TABLES = ("hosts", "pins", "settings")


def add_desk(options, path):
    """Add what a desk.toml says to options that the command line left open."""
    import tomllib

    folder = os.path.dirname(os.path.abspath(path))
    try:
        with open(path, "rb") as file:
            desk = tomllib.load(file)
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UsageError(f"{path}: {error}") from None
    for key, value in desk.items():
        name = key.replace("-", "_")
        if key in _TABLES:
            if not isinstance(value, dict) or (key == "hosts" and not all(isinstance(where, str) for where in value.values())):
                form = 'NAME = "WHERE"' if key == "hosts" else "KEY = VALUE"
                raise UsageError(f"{path}: [{key}] is a table of lines {form}")
            continue
        wants = bool if key in _FLAGS else str if key in _TEXTS or key in _PATHS else int if key in _COUNTS else (int, float) if key in _NUMBERS else None
        if wants is None:
            raise UsageError(f"{path}: {key!r} is no option; there are {', '.join((*_FLAGS, *_TEXTS, *_PATHS, *_NUMBERS, *_TABLES))}")
        if not isinstance(value, wants) or (isinstance(value, bool) and wants is not bool):
            raise UsageError(f"{path}: {key} = {value!r} is of the wrong kind")
        if getattr(options, name) not in (None, False):
            continue
        if key == "ap-down":
            try:
                value = _down(value)
            except ValueError:
                raise UsageError(f"{path}: ap-down = {value!r} is not AFTER[:FOR] in seconds") from None
        setattr(options, name, os.path.join(folder, value) if key in _PATHS else value)
    # The last rule of equal ones counts: the command line's.
    options.rules = [(f"{name}={where}", folder) for name, where in desk.get("hosts", {}).items()] + options.rules
    options.settings = {**{key: value for key, value in desk.get("settings", {}).items()}, **options.settings}
    options.given.update((f"pin_{name}", Values.read(value) if isinstance(value, str) else value) for name, value in desk.get("pins", {}).items())
