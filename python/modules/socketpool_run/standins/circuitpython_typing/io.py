"""Types of `circuitpython_typing.io`, for annotations only."""

from circuitpython_typing import __getattr__
