"""The boards that there are: names of their pins, their buses and displays, from the table `boards.tsv`."""

import ast
import functools
import os
import re
from collections import namedtuple

BoardFacts = namedtuple("BoardFacts", "identifier name chip has_wifi display pins buses objects")
BoardFacts.__doc__ = "`pins` maps a name to the chip's pin; `display` is None or (kind, width, height, rotation, depth)."

# Libraries that are for one product, and what that is.
_LIBRARY_BOARDS = {
    "adafruit_magtag": "adafruit_magtag_2.9_grayscale", "adafruit_funhouse": "adafruit_funhouse", "adafruit_matrixportal": "adafruit_matrixportal_s3",
    "adafruit_qualia": "adafruit_qualia_s3_rgb666", "adafruit_pycamera": "adafruit_esp32s3_camera",
}


@functools.cache
def all_boards():
    """Identifier to facts."""
    with open(os.path.join(os.path.dirname(__file__), "boards.tsv"), encoding="utf-8") as file:
        return {facts.identifier: facts for facts in map(_read, file) if facts is not None}


def _read(line):
    if line.startswith("#"):
        return None
    identifier, name, chip, wifi, display, names = line.rstrip("\n").split("\t")
    pins, buses, objects = {}, [], []
    for word in names.split():
        if word.endswith("*"):
            buses.append(word[:-1])
        elif word.endswith("!"):
            objects.append(word[:-1])
        else:
            labels, _, pin = word.partition("=")
            pins.update(dict.fromkeys(labels.split(","), pin))
    return BoardFacts(identifier, name, chip, wifi == "wifi", _display(display), pins, buses, objects)


def _display(text):
    if text == "-":
        return None
    kind, *numbers = text.split(":")
    width, height, rotation, depth = map(int, numbers)
    if not width or not height:
        width, height = 480, 480
    return kind, width, height, rotation if rotation % 90 == 0 else 0, depth or 16


def find(identifier):
    """The facts of a board by its identifier, None if it is not known."""
    return all_boards().get(identifier)


@functools.cache
def generic_names():
    """Every name that a pin has on some board."""
    return frozenset(name for facts in all_boards().values() for name in facts.pins)


def guess(sources):
    """The board that programs were most likely written for, None if nothing tells: by a product's library, else by the names of pins."""
    used, imported, refreshes = set(), set(), False
    for source in sources:
        try:
            tree = ast.parse(source)
        except (SyntaxError, ValueError):
            continue
        for node in ast.walk(tree):
            if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "board":
                used.add(node.attr)
            elif isinstance(node, ast.Attribute) and node.attr == "time_to_refresh":
                refreshes = True  # only electronic paper has it
            elif isinstance(node, ast.ImportFrom) and node.module == "board":
                used.update(alias.name for alias in node.names)
            elif isinstance(node, (ast.Import, ast.ImportFrom)):
                names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else [node.module or ""]
                imported.update(name.partition(".")[0] for name in names)
    for library, identifier in _LIBRARY_BOARDS.items():
        if library in imported:
            return find(identifier)
    if refreshes and ("DISPLAY" in used or "supervisor" in imported):
        return find("adafruit_magtag_2.9_grayscale")
    used = {name for name in used if re.fullmatch(r"[A-Z][A-Z0-9_]*", name)}
    if not used:
        return None
    return max(all_boards().values(), key=lambda facts: _fit(facts, used), default=None)


def _fit(facts, used):
    has = set(facts.pins) | set(facts.buses) | set(facts.objects)
    return len(used & has), facts.has_wifi, facts.identifier.startswith(("adafruit_", "raspberry_pi_"))
