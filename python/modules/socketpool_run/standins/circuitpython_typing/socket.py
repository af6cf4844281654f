"""Types of `circuitpython_typing.socket`, for annotations only."""

from circuitpython_typing import __getattr__
