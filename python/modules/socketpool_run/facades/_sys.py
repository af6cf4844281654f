"""`sys`: a board's name, version and search path; everything else is CPython's."""

import sys
from types import SimpleNamespace

from . import Facade


def make(context, importer):
    version = context.board.version
    return Facade(
        "sys",
        sys,
        argv=[],
        path=importer.search_path,
        platform=context.board.platform,
        implementation=SimpleNamespace(name="circuitpython", version=(*version, ""), _machine=context.board.machine, _mpy=518),
        version=f"3.4.0; CircuitPython {'.'.join(map(str, version))} on a desk",
        version_info=(3, 4, 0),
    )
