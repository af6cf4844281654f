"""Memory cards: blocks of zeros that keep what is written as long as the program runs."""

from .desk import asked
from .pins import PinUser

_BLOCK = 512
_COUNT = 1 << 16


class Card(PinUser):
    """32 MiB."""

    def _begin(self, module, **pins):
        self._blocks = {}
        self._hold(**pins)
        asked(module, type(self).__name__)

    def count(self):
        """How many blocks of 512 bytes there are."""
        self._check()
        return _COUNT

    def readblocks(self, start_block, buf):
        """Fill the buffer."""
        self._check()
        view = memoryview(buf).cast("B")
        self._whole(view)
        for at in range(0, len(view), _BLOCK):
            view[at : at + _BLOCK] = self._blocks.get(start_block + at // _BLOCK, bytes(_BLOCK))

    def writeblocks(self, start_block, buf):
        """Keep what the buffer has."""
        self._check()
        view = memoryview(buf).cast("B")
        self._whole(view)
        for at in range(0, len(view), _BLOCK):
            self._blocks[start_block + at // _BLOCK] = bytes(view[at : at + _BLOCK])

    def ioctl(self, operation, argument=None):
        """4 asks for the number of blocks, 5 for their size."""
        return {4: _COUNT, 5: _BLOCK}.get(operation, 0)

    def sync(self):
        """Nothing waits."""

    @staticmethod
    def _whole(view):
        if len(view) % _BLOCK:
            raise ValueError("Buffer must be a multiple of 512 bytes")
