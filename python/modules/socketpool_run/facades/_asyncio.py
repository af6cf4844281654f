"""`asyncio`: CPython's, with what the library for boards has besides."""

import asyncio

from . import Facade


class ThreadSafeFlag:
    """A flag that is set from outside, and cleared by the one who waited for it."""

    def __init__(self):
        self._event = asyncio.Event()

    def set(self):
        """Wake who waits."""
        self._event.set()

    def clear(self):
        """Take it back."""
        self._event.clear()

    async def wait(self):
        """Wait until it is set, and clear it."""
        await self._event.wait()
        self._event.clear()


def make(context, importer):
    return Facade(
        "asyncio", asyncio, ThreadSafeFlag=ThreadSafeFlag,
        sleep_ms=lambda ms: asyncio.sleep(ms / 1000),
        wait_for_ms=lambda awaitable, ms: asyncio.wait_for(awaitable, ms / 1000))
