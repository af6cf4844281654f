"""Types of `circuitpython_typing.pwmio`, for annotations only."""

from circuitpython_typing import __getattr__
