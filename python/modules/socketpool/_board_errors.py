"""Errors as boards raise them: the number alone, newlib's, and the board's text."""

import builtins
from _socket import gaierror

import socketpool

# py/moderrno.c: the errors with a sentence, and those with their name. All others are shown as the bare number.
_SENTENCES = {
    1: "Operation not permitted", 2: "No such file/directory", 5: "Input/output error", 13: "Permission denied", 17: "File exists",
    19: "No such device", 22: "Invalid argument", 28: "No space left on device", 30: "Read-only filesystem",
}
ERRORCODE = {
    1: "EPERM", 2: "ENOENT", 5: "EIO", 9: "EBADF", 11: "EAGAIN", 12: "ENOMEM", 13: "EACCES", 17: "EEXIST", 19: "ENODEV", 21: "EISDIR", 22: "EINVAL",
    28: "ENOSPC", 30: "EROFS", 95: "EOPNOTSUPP", 112: "EADDRINUSE", 113: "ECONNABORTED", 104: "ECONNRESET", 105: "ENOBUFS", 128: "ENOTCONN",
    116: "ETIMEDOUT", 111: "ECONNREFUSED", 118: "EHOSTUNREACH", 120: "EALREADY", 119: "EINPROGRESS",
}

_NUMBERS = dict(socketpool._board_errnos())
_ECANCELED = 125  # the native module's number for a call that would never end

# Called with a text when a board's own failure happens; `socketpool run` shows it.
explain = None


class Hang(RuntimeError):
    """A board would wait for ever here; what it waits for is the text."""


def text_of(number):
    """What a board says after "[Errno N]", or None."""
    return _SENTENCES.get(number) or ERRORCODE.get(number)


class _Board:
    """An OSError of a board: args is the number alone."""

    def __init__(self, number):
        super().__init__(number)
        self.errno = number
        self.strerror = text_of(number)

    def __str__(self):
        text = text_of(self.errno)
        return str(self.errno) if text is None else f"[Errno {self.errno}] {text}"

    def __repr__(self):
        return f"{type(self).__name__}({self.errno},)"


class BoardError(_Board, builtins.OSError):
    __module__ = "builtins"


class BoardBrokenPipe(_Board, builtins.BrokenPipeError):
    __module__ = "builtins"


class BoardGaierror(gaierror):
    """A name was not found: boards have one reason for everything."""

    __module__ = "builtins"

    def __str__(self):
        return str(self.args)

    def __repr__(self):
        return f"gaierror{self.args!r}"


BoardError.__name__ = BoardError.__qualname__ = "OSError"
BoardBrokenPipe.__name__ = BoardBrokenPipe.__qualname__ = "BrokenPipeError"
BoardGaierror.__name__ = BoardGaierror.__qualname__ = "gaierror"


def make_error(number, explanation=None):
    """The board's error for one of the native module's, which has the host's number."""
    if explanation and explain is not None:
        explain(explanation)
    if number == _ECANCELED:
        return Hang(explanation)
    board = _NUMBERS.get(number, number)
    error = BoardBrokenPipe(board) if board == 32 else BoardError(board)
    if explanation:
        error.add_note(explanation)
    return error
