"""Tracebacks as boards print them: no lines of source, one class for most errors of the system, the drive's paths."""

import os
import sys
from itertools import groupby

_PACKAGES = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
# Files of these packages are the board's firmware: a traceback does not show them.
_OWN = tuple(os.path.join(_PACKAGES, name, "") for name in ("socketpool_run", "socketpool", "wifi", "hostnetwork", "stacknetwork"))

# Boards know OSError, BrokenPipeError, ConnectionError and TimeoutError; these are CPython's alone.
_SYSTEM = ("FileNotFoundError", "FileExistsError", "PermissionError", "IsADirectoryError", "NotADirectoryError", "BlockingIOError",
           "InterruptedError", "ConnectionRefusedError", "ConnectionResetError", "ConnectionAbortedError", "ProcessLookupError")
_CAUSE = "The above exception was the direct cause of the following exception:"
_CONTEXT = "During handling of the above exception, another exception occurred:"


def format_exception(error, drive, seen=None):
    """The text of an error and of those before it."""
    seen = seen or set()
    seen.add(id(error))
    text = ""
    before, words = (error.__cause__, _CAUSE) if error.__cause__ is not None else (None if error.__suppress_context__ else error.__context__, _CONTEXT)
    if before is not None and id(before) not in seen:
        text = f"{format_exception(before, drive, seen)}\n{words}\n\n"
    return text + _format_frames(error, drive) + _format_last(error)


def _format_frames(error, drive):
    lines = []
    entry = error.__traceback__
    while entry is not None:
        code = entry.tb_frame.f_code
        if not code.co_filename.startswith((*_OWN, "<frozen ")):
            lines.append(f'  File "{shorten(drive.show(code.co_filename))}", line {entry.tb_lineno}, in {code.co_name}')
        entry = entry.tb_next
    if isinstance(error, SyntaxError) and error.filename:
        lines.append(f'  File "{shorten(drive.show(error.filename))}", line {error.lineno}')
    lines = _fold(lines)
    return "".join(f"{line}\n" for line in (["Traceback (most recent call last):", *lines] if lines else []))


def _fold(lines):
    """Recursion writes the same line a thousand times; three are enough."""
    folded = []
    for line, same in groupby(lines):
        count = len(list(same))
        folded += [line] * min(count, 3) + ([f"  [the same {count - 3} more times]"] if count > 3 else [])
    return folded


def _format_last(error):
    kind = type(error).__name__
    if isinstance(error, ModuleNotFoundError):
        kind, text = "ImportError", f"no module named '{error.name}'"
    elif isinstance(error, SyntaxError):
        text = error.msg
    else:
        kind, text = "OSError" if kind in _SYSTEM else kind, str(error)
    return f"{kind}: {text}\n"


def shorten(path):
    """Boards name the files of the root without the slash."""
    return path[1:] if path.count("/") == 1 and path.startswith("/") else path


def print_exception(error, drive):
    """Write it where the program's output goes."""
    sys.stdout.flush()
    print(format_exception(error, drive), end="", flush=True)
