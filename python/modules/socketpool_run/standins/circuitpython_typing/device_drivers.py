"""Types of `circuitpython_typing.device_drivers`, for annotations only."""

from circuitpython_typing import __getattr__
