"""Types that libraries for boards use in annotations only."""

from array import array
from typing import Protocol, Union

__all__ = ["Alarm", "AudioSample", "BlockDevice", "ByteStream", "FrameBuffer", "ReadableBuffer", "WriteableBuffer"]

ReadableBuffer = Union[array, bytearray, bytes, memoryview]
WriteableBuffer = Union[array, bytearray, memoryview]
AudioSample = Alarm = FrameBuffer = object


class ByteStream(Protocol):
    """What is read and written as bytes."""

    def read(self, count=None, /):
        ...

    def readinto(self, buf, /):
        ...

    def write(self, buf, /):
        ...


class BlockDevice(Protocol):
    """A memory card."""

    def readblocks(self, block_num, buf):
        ...

    def writeblocks(self, block_num, buf):
        ...

    def ioctl(self, operation, arg=None):
        ...


def __getattr__(name):
    # Annotations name types that come and go with the library's versions; none of them is looked into.
    if name.startswith("_"):
        raise AttributeError(name)
    return object
