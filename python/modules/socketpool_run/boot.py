"""boot.py: runs before code.py, with its output in boot_out.txt."""

import os
import sys

from .life import clean_up, run_file


class _Kept:
    """Text that is kept, for the file."""

    encoding = "utf-8"

    def __init__(self):
        self.text = ""

    def write(self, text):
        """Keep it."""
        self.text += text
        return len(text)

    def flush(self):
        """Nothing is held back."""


def boot(context, importer, name):
    """Runs it. As on a board nobody sees its output but in the file; an error is told here besides. The outcome."""
    context.radio.begin_life()
    version = ".".join(map(str, context.board.version))
    output = _Kept()
    output.write(f"Socketpool's desk as CircuitPython {version}; {context.board.machine}\nBoard ID:{context.board.identifier}\n{name} output:\n")
    before, sys.stdout = sys.stdout, output
    try:
        outcome = run_file(context, importer, context.drive.resolve(name), name)
    finally:
        sys.stdout = before
    clean_up(context, importer)
    if outcome.kind == "error":
        context.report.warn(f"{name} failed: {type(outcome.error).__name__}: {outcome.error} (all of it is in boot_out.txt)")
    _write(context, output.text)
    return outcome


def _write(context, text):
    path = os.path.join(context.drive.path, "boot_out.txt")
    context.drive.written.setdefault("/boot_out.txt", 0)
    try:
        with open(path, encoding="utf-8") as file:
            if file.read() == text:
                return
    except (OSError, UnicodeDecodeError):
        pass
    if context.drive.has(path):
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
