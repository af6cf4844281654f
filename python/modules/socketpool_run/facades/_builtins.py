"""`builtins`: what the program's modules have without an import."""

import builtins

from . import Facade


def make(context, importer):
    return Facade("builtins", builtins, open=context.drive.open, __import__=importer.import_module)
