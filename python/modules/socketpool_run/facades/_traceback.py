"""`traceback`: tracebacks as boards print them, on the console."""

import traceback

from ..tracebacks import format_exception
from . import Facade


def make(context, importer):
    def format_(exc, value=None, tb=None, limit=None, chain=True):
        error = exc if isinstance(exc, BaseException) else value
        if not isinstance(error, BaseException):
            raise TypeError("invalid exception")
        return format_exception(error, context.drive)

    def print_exception(exc, value=None, tb=None, limit=None, file=None, chain=True):
        print(format_(exc, value), end="", file=file, flush=True)

    return Facade(
        "traceback", traceback, print_exception=print_exception,
        format_exception=lambda *arguments, **keywords: format_(*arguments, **keywords).splitlines(keepends=True))
