"""The drive: a folder of this machine, in which every path of the program begins. What leads out of it is refused."""

import builtins
import os
from errno import EACCES, EROFS, ENOENT


class Drive:
    """Paths of the program, as "/static/index.html" or "lib/x.py", and where they are on this machine."""

    def __init__(self, path):
        self.path = os.path.realpath(path)
        self.is_read_only = False
        self.working_directory = "/"
        self.written = {}  # path to how often it was opened for writing
        self._readable = []

    def allow_reading(self, folder):
        """Files of an installed library for boards: it opens them by their path on this machine."""
        folder = os.path.realpath(folder)
        if folder not in self._readable:
            self._readable.append(folder)

    def absolute(self, path):
        """The path from the drive's root, without . and .., as "/lib/x.py"; OSError for one that leaves the drive."""
        path = os.fsdecode(path)
        if "\0" in path:
            raise ValueError("embedded null byte")
        parts = []
        for part in (path if path.startswith("/") else f"{self.working_directory}/{path}").split("/"):
            if part == "..":
                if not parts:
                    raise OSError(EACCES, "outside the drive", path)
                parts.pop()
            elif part not in ("", "."):
                parts.append(part)
        return "/" + "/".join(parts)

    def resolve(self, path, writes=False):
        """The path on this machine; OSError for one that leaves the drive, also by a symbolic link."""
        text = os.fsdecode(path)
        if text.startswith(self.path + "/"):
            text = text[len(self.path) :]
        elif not writes and self._readable and self._is_readable(text):
            return text
        shown = self.absolute(text)
        real = os.path.join(self.path, shown[1:]) if shown != "/" else self.path
        if not os.path.lexists(real):
            self._make_mount_point(shown)
            real = self._match_case(shown)
        if not self.has(real):
            raise OSError(EACCES, "outside the drive", os.fsdecode(path))
        if writes and self.is_read_only:
            raise OSError(EROFS, "Read-only filesystem", os.fsdecode(path))
        return real

    def has(self, real):
        """Whether a path on this machine is the drive's."""
        real = os.path.realpath(real)
        return real == self.path or real.startswith(self.path + os.sep)

    def show(self, real):
        """A path on this machine as the program sees it: "/lib/x.py"; one that is not the drive's stays as it is."""
        real = os.fsdecode(real)
        if real == self.path:
            return "/"
        return real[len(self.path) :] if real.startswith(self.path + os.sep) else real

    def open(self, file, mode="r", buffering=-1, encoding=None, errors=None, newline=None, **others):
        """The program's `open`: text is UTF-8, and line ends stay as they are."""
        if not isinstance(file, (str, bytes)):
            raise TypeError(f"can't convert {type(file).__name__} to str")
        if others:
            raise TypeError("extra keyword arguments given")
        writes = any(letter in mode for letter in "wax+")
        if "b" not in mode:
            encoding, newline = encoding or "utf-8", "\n" if newline is None else newline
        if writes:
            shown = self.absolute(file)
            self.written[shown] = self.written.get(shown, 0) + 1
        return self.call(builtins.open, file, mode, buffering, encoding, errors, newline, writes=writes)

    def call(self, function, path, *arguments, writes=False):
        """Calls a function of CPython's with the path on this machine; an error names the program's path."""
        real = self.resolve(path, writes)
        try:
            return function(real, *arguments)
        except OSError as error:
            if error.filename is None:
                raise
            raise OSError(error.errno, error.strerror, os.fsdecode(path)) from None

    def change_directory(self, path):
        """`os.chdir`."""
        shown = self.absolute(path)
        if not os.path.isdir(self.resolve(shown)):
            raise OSError(ENOENT, os.strerror(ENOENT), path)
        self.working_directory = shown

    def _make_mount_point(self, shown):
        """CircuitPython 9 and newer give every drive an empty folder /sd; here it is made when a program looks for it."""
        if shown.split("/")[1] == "sd" and not self.is_read_only:
            try:
                os.mkdir(os.path.join(self.path, "sd"))
            except OSError:
                pass  # it is there, or the folder cannot be written

    def _match_case(self, shown):
        """The path of a file whose name has other capitals: a board's FAT takes them for the same."""
        real = self.path
        for part in shown[1:].split("/"):
            found = os.path.join(real, part)
            if not os.path.lexists(found) and os.path.isdir(real):
                part = next((name for name in os.listdir(real) if name.lower() == part.lower()), part)
            real = os.path.join(real, part)
        return real

    def _is_readable(self, path):
        real = os.path.realpath(path)
        return any(real.startswith(folder + os.sep) for folder in self._readable)

