"""`--watch`: whether a file of the drive was saved since the program started."""

import os
from time import monotonic

# As boards: editors write a file in several steps.
_QUIET = 0.75


class Watch:
    """Compares the drive's files with what they were. What the program itself writes does not count."""

    def __init__(self, drive):
        self._drive = drive
        self._next = 0.0
        self._seen = self._scan()
        self._changed = None

    def has_settled(self):
        """Whether something was saved, and nothing more since a moment. True once for each change."""
        if monotonic() >= self._next:
            found = self._scan()
            if found != self._seen:
                self._seen = found
                self._changed = monotonic()
        if self._changed is None or monotonic() - self._changed < _QUIET:
            return False
        self._changed = None
        return True

    def forget(self):
        """What was saved until now counts no more: the program starts with it."""
        self._seen = self._scan()
        self._changed = None

    def _scan(self):
        began = monotonic()
        found = {}
        for folder, folders, files in os.walk(self._drive.path):
            folders[:] = [name for name in folders if not name.startswith(".") and name != "__pycache__"]
            for name in files:
                path = os.path.join(folder, name)
                if name.startswith(".") or name.endswith(("~", ".swp", ".pyc")) or self._drive.show(path) in self._drive.written:
                    continue
                try:
                    status = os.stat(path)
                except OSError:
                    continue
                found[path] = (status.st_mtime_ns, status.st_size)
        # A drive of thousands of files takes a tenth of the time at most.
        self._next = monotonic() + max(0.1, 10 * (monotonic() - began))
        return found
