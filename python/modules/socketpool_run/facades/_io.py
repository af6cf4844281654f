"""`io`: what it opens is the drive's."""

import io

from . import Facade


def make(context, importer):
    drive = context.drive

    def open_raw(file, mode="r", closefd=True, opener=None):
        return drive.call(io.FileIO, file, mode, writes=any(letter in mode for letter in "wax+"))

    return Facade("io", io, open=drive.open, FileIO=open_raw, open_code=lambda path: drive.open(path, "rb"))
