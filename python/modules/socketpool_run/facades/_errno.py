"""`errno`: on a board its few names, with newlib's numbers; CPython's at the desk."""

import errno

from socketpool import _board
from socketpool._board_errors import ERRORCODE

from . import Facade


def make(context, importer):
    if _board.current() is None:
        return errno
    return Facade("errno", None, errorcode=dict(ERRORCODE), **{name: number for number, name in ERRORCODE.items()})
