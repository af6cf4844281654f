"""Types of `circuitpython_typing.pil`, for annotations only."""

from circuitpython_typing import __getattr__
