"""Memory that outlives a program: `nvm` in a file, `sleep_memory` in the run."""

import os

from socketpool_run.context import context

_NONVOLATILE_SIZE = 8192
_SLEEP_SIZE = 4096


class ByteArray:
    """A fixed number of bytes, read and written by index and slice."""

    __module__ = "nvm"

    def __init__(self, data, write=None):
        self._data, self._write = data, write

    def __len__(self):
        return len(self._data)

    def __bool__(self):
        return len(self._data) > 0

    def __getitem__(self, index):
        found = self._data[index]
        return bytearray(found) if isinstance(index, slice) else found

    def __setitem__(self, index, value):
        if isinstance(index, slice):
            value = bytes(value)
            if len(value) != len(range(*index.indices(len(self._data)))):
                raise ValueError("Slice and value different lengths.")
        elif not 0 <= value <= 255:
            raise ValueError("Bytes must be between 0 and 255")
        self._data[index] = value
        if self._write is not None:
            self._write(self._data)


def nonvolatile():
    """`microcontroller.nvm`: the file of `--nvm`, else as long as the run lasts; all ones at first, as flash is."""
    path = getattr(context.options, "nvm", None)
    data = context.kept.get("nvm")
    if data is None:
        data = bytearray(b"\xff" * _NONVOLATILE_SIZE)
        if path is not None and os.path.exists(path):
            with open(path, "rb") as file:
                stored = file.read(_NONVOLATILE_SIZE)
            data[: len(stored)] = stored
        context.kept["nvm"] = data
    return ByteArray(data, None if path is None else lambda written: _store(path, written))


def _store(path, data):
    beside = f"{path}.new"
    with open(beside, "wb") as file:
        file.write(data)
    os.replace(beside, path)


def of_sleep():
    """`alarm.sleep_memory`: outlives deep sleep, not a reset."""
    return ByteArray(context.kept.setdefault("alarm.sleep_memory", bytearray(_SLEEP_SIZE)))
