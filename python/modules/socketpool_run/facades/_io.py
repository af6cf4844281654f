"""`io`: its `open` is the drive's."""

import io

from . import Facade


def make(context, importer):
    return Facade("io", io, open=context.drive.open)
