"""Types of `circuitpython_typing.displayio`, for annotations only."""

from circuitpython_typing import __getattr__
