"""What the stand-ins use of a run: its report, its fed values, its clock. A module's test has no run, and these work there, too."""

import os
import time

from socketpool_run.context import context


def asked(module, what, detail=None):
    """Tell the report what a program asked for; equal requests are counted, so `detail` is for what does not change often."""
    if context.report is not None:
        context.report.note(module, what if detail is None else f"{what} {detail}")


def fed(kind, names, default=None):
    """What was fed under one of the names: `--pin D5=0`, or `pin_D5 = 0` in the file of values."""
    if context.values is None:
        return default
    for name in (names,) if isinstance(names, str) else names:
        value = context.values.get(kind, name)
        if value is not None:
            return value
    return default


def path(name):
    """The path on this machine of a file of the drive."""
    return os.fspath(name) if context.drive is None else context.drive.resolve(name)


def open_file(name, mode="rb"):
    """A file of the drive; errors name it as the program does."""
    return open(name, mode) if context.drive is None else context.drive.open(name, mode)


def sleep(seconds):
    """Wait as the program's own `time.sleep` does."""
    (time if context.clock is None else context.clock).sleep(seconds)


def monotonic_ns():
    """The program's clock."""
    return (time if context.clock is None else context.clock).monotonic_ns()
