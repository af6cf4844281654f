"""Types of `circuitpython_typing.http`, for annotations only."""

from circuitpython_typing import __getattr__
