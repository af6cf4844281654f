"""Types of `circuitpython_typing.audio`, for annotations only."""

from circuitpython_typing import __getattr__
