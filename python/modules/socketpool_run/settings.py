"""settings.toml as CircuitPython reads it: a subset of TOML, looked at anew for every key.

A line is `KEY = value`. The first line with the key counts; a line that begins with `[` ends the file. A value in double quotes is text, with
the escapes \\b \\r \\n \\t \\v \\f \\uXXXX \\UXXXXXXXX, any other escaped character standing for itself. A value without quotes ends at # or
at the line's end: an integer (also 0x, and 0 for octal, as strtol reads them) becomes an int, any other comes as the text it is. What is
malformed counts as not there.
"""

import re

_ESCAPES = {"b": "\b", "r": "\r", "n": "\n", "t": "\t", "v": "\v", "f": "\f"}
_SPACES = " \t\r\v\f"


class Settings:
    """The file of a drive, and what the command line puts in its place. Tells the report what was asked for."""

    def __init__(self, drive, report, overrides=None):
        self._drive = drive
        self._report = report
        self._overrides = dict(overrides or {})

    def get(self, key, default=None):
        """The value of a key: str or int; the default where there is none, or where it is malformed."""
        if not isinstance(key, str):
            raise TypeError(f"can't convert {type(key).__name__} to str")
        value = self.peek(key)
        self._report.asked_setting(key, value is not None)
        return default if value is None else value

    def peek(self, key):
        """As get(), without a note in the report."""
        if key in self._overrides:
            return self._overrides[key]
        try:
            with open(self._drive.resolve("/settings.toml"), encoding="utf-8", errors="surrogateescape", newline="") as file:
                return find(file.read(), key)
        except OSError:
            return None


    def explain(self, key):
        """Why a key is not there although a line of the file has it: text, or None."""
        try:
            with open(self._drive.resolve("/settings.toml"), encoding="utf-8", errors="replace", newline="") as file:
                lines = file.read().split("\n")
        except OSError:
            return None
        section = None
        for number, line in enumerate(lines, 1):
            if line.lstrip(_SPACES).startswith("["):
                section = section or number
            elif find(line, key) is None and re.match(rf"\s*{re.escape(key)}\s*=", line):
                return f"line {number} of settings.toml is malformed: {line.strip()}"
            elif section and find(line, key) is not None:
                return f"line {number} of settings.toml has {key}, and boards stop reading at the [section] of line {section}"
        return None


def find(text, key):
    """The value of a key in the text of a file, or None."""
    for line in text.split("\n"):
        line = line.lstrip(_SPACES)
        if line.startswith("["):
            return None
        if line.startswith(key):
            rest = line[len(key) :].lstrip(_SPACES)
            if rest.startswith("="):
                return read_value(rest[1:].lstrip(_SPACES))
    return None


def read_value(text):
    """The value that a line has after its =, or None if it is malformed."""
    if text.startswith('"'):
        return _read_quoted(text)
    bare = text.partition("#")[0].rstrip(_SPACES)
    if not bare:
        return None
    return int(bare, _base_of(bare)) if re.fullmatch(r"[+-]?(0[xX][0-9a-fA-F]+|0[0-7]*|[1-9][0-9]*)", bare) else bare


def _base_of(text):
    digits = text.lstrip("+-")
    return 16 if digits[:2] in ("0x", "0X") else 8 if digits[:1] == "0" else 10


def _read_quoted(text):
    result = []
    at = 1
    while at < len(text):
        letter = text[at]
        at += 1
        if letter == '"':
            rest = text[at:].lstrip(_SPACES)
            return "".join(result) if not rest or rest.startswith("#") else None
        if letter != "\\":
            result.append(letter)
            continue
        if at >= len(text):
            return None
        letter = text[at]
        at += 1
        if letter in "uU":
            size = 4 if letter == "u" else 8
            digits = text[at : at + size]
            if not re.fullmatch(f"[0-9a-fA-F]{{{size}}}", digits) or int(digits, 16) >= 0x110000:
                return None
            letter = chr(int(digits, 16))
            at += size
        result.append(_ESCAPES.get(letter, letter))
    return None
