"""One life of the program: from the first line of its file to whatever ends it."""

import gc
import sys
from types import ModuleType

from .dialect import compile_source
from .endings import DeepSleepRequest, Ending, ReloadException, ResetRequest, Terminated, TimeIsUp
from .tracebacks import print_exception


class Outcome:
    """How a life ended. `kind` is done, error, exit, interrupted, reload, auto-reload, reset, deep-sleep, time-up or terminated."""

    def __init__(self, kind, error=None, status=0):
        self.kind = kind
        self.error = error
        self.status = status

    @property
    def is_failure(self):
        """Whether the program failed, so that a board would blink and a CI should know."""
        return self.kind == "error" or self.status != 0


def run_file(context, importer, path, name):
    """Runs a file of the drive as a board would; prints what a board prints. The outcome."""
    module = ModuleType("__main__")
    module.__file__ = name
    module.__dict__["__builtins__"] = importer.builtins
    before, sys.modules["__main__"] = sys.modules["__main__"], module
    context.program = module  # and with it the program's sockets, until everything was told of them
    context.ending = None
    context.is_running = True
    try:
        try:
            with open(path, "rb") as file:
                code = compile_source(file.read(), path)
            exec(code, module.__dict__)
            outcome = Outcome("done")
        finally:
            context.is_running = False
        if context.ending is not None:
            raise context.ending  # the program caught what no board lets it catch
    except BaseException as error:
        outcome = judge(error if context.ending is None else context.ending, context)
    finally:
        sys.modules["__main__"] = before
    return outcome


def clean_up(context, importer):
    """What a board does after a program: functions for the end, every socket closed, memory cleared."""
    context.end_life()
    context.radio._close_sockets()
    context.program = None
    importer.forget()
    context.drive.working_directory = "/"
    asyncio = sys.modules.get("asyncio")
    if asyncio is not None:
        asyncio.set_event_loop(None)
    gc.collect()


def judge(error, context):
    """What ended a life, as an outcome; prints the traceback of an error."""
    if isinstance(error, Ending):
        return _judge_ending(error)
    life = getattr(context.options, "life", None)
    if life is not None and life.has_crashed():
        return Outcome("reset", error) if life.go_on(context) else Outcome("time-up", error)
    if isinstance(error, SystemExit):
        status = error.code if isinstance(error.code, int) else 0 if error.code is None else 1
        if isinstance(error.code, str):
            print(error.code, flush=True)
        return Outcome("exit", error, status & 255)
    print_exception(context.board.fit_error(error), context.drive)
    return Outcome("interrupted" if isinstance(error, KeyboardInterrupt) else "error", error)


def _judge_ending(ending):
    if isinstance(ending, ReloadException):
        return Outcome("auto-reload" if ending.is_automatic else "reload", ending)
    if isinstance(ending, ResetRequest):
        return Outcome("reset", ending)
    if isinstance(ending, DeepSleepRequest):
        return Outcome("deep-sleep", ending)
    if isinstance(ending, Terminated):
        return Outcome("terminated", ending)
    assert isinstance(ending, TimeIsUp), ending
    return Outcome("time-up", ending)
