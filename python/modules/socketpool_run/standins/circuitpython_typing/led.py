"""Types of `circuitpython_typing.led`, for annotations only."""

from circuitpython_typing import __getattr__
