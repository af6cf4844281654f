"""What happened in a run: asked for by the program, seen by the network. Written at its end and on SIGUSR1."""

import sys


class Report:
    """Counts; `as_dict()` is what `--json` writes."""

    def __init__(self):
        self._notes = {}
        self._names = {}
        self._settings = {}
        self.requests = []
        self.warnings = []
        self.lives = []

    def note(self, module, what):
        """The program asked a board module for something that the desk does not have."""
        notes = self._notes.setdefault(module, {})
        notes[what] = notes.get(what, 0) + 1

    def asked_setting(self, key, found):
        """The program asked for a key of settings.toml."""
        self._settings[key] = found

    def warn(self, text):
        """Say something once, at once, on standard error."""
        if text not in self.warnings:
            self.warnings.append(text)
            print(f"socketpool: {text}", file=sys.stderr, flush=True)
