"""Drives that are written into a folder of their own and run by `socketpool run`, in a process of its own."""

import json
import os
import subprocess
import sys
import tempfile
import textwrap

from . import support


class Done:
    """What a run ended with."""

    def __init__(self, status, output, errors, report):
        self.status = status
        self.output = output
        self.errors = errors
        self.report = report

    def __repr__(self):
        return f"status {self.status}\n--- output\n{self.output}\n--- errors\n{self.errors}"

    @property
    def lines(self):
        """What the program wrote, without what the board says around it."""
        said = ("Code done running.", "Auto-reload is on.", "Woken up by alarm.", "Pretending to deep sleep", "Code stopped by auto-reload")
        return [line for line in self.output.splitlines() if line and not line.endswith(" output:") and not line.startswith(said)]


class RunCase(support.TestCase):
    """A test with a drive, a folder for what is outside it, and the runner."""

    def setUp(self):
        scratch = tempfile.TemporaryDirectory()
        self.addCleanup(scratch.cleanup)
        self.scratch = os.path.realpath(scratch.name)
        self.drive = os.path.join(self.scratch, "CIRCUITPY")
        os.mkdir(self.drive)

    def write(self, name, text):
        """Writes a file of the drive, with the folders that it needs; the path on this machine."""
        path = os.path.join(self.drive, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "wb") as file:
            file.write(text if isinstance(text, bytes) else textwrap.dedent(text).encode())
        return path

    def read(self, name):
        """The bytes of a file of the drive."""
        with open(os.path.join(self.drive, name), "rb") as file:
            return file.read()

    def command(self, *arguments, path=None):
        """The command of a run, with its report in a file."""
        return [sys.executable, "-m", "socketpool", "run", *arguments, "--json", os.path.join(self.scratch, "report.json"), path or self.drive]

    def run_drive(self, *arguments, code=None, path=None, status=0, timeout=230, **options):
        """Runs the drive to its end, which is to have this status (None: any)."""
        if code is not None:
            self.write("code.py", code)
        report = os.path.join(self.scratch, "report.json")
        done = subprocess.run(self.command(*arguments, path=path), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                              timeout=timeout, text=True, **{"env": support.environment(), **options})
        found = {}
        if os.path.exists(report):
            with open(report, encoding="utf-8") as file:
                found = json.load(file)
        result = Done(done.returncode, done.stdout, done.stderr, found)
        if status is not None and result.status != status:
            raise AssertionError(f"expected status {status}\n{result}")
        return result
