"""`input()`: a line from the console."""

import builtins
import sys
from time import sleep

from .context import context


def read_line(prompt=""):
    """A line from standard input, or `console_input` of the values. A board's console never ends: see the end of standard input below."""
    fed = context.values.get("console", "input")
    if fed is None and sys.stdin.isatty():
        return builtins.input(prompt)
    print(prompt, end="", flush=True)
    line = f"{fed}\n" if fed is not None else sys.stdin.readline()
    if line:
        return line.rstrip("\n")
    if not context.kept.get("console.ended"):
        context.kept["console.ended"] = True
        context.report.warn("standard input has ended: input() gets one empty line, and waits from then on")
        return ""
    while True:
        sleep(0.1)
