"""What follows what: boot.py, code.py, and after its end a reload, a reset, a sleep, a saved file, or the end of the run."""

import os
from time import sleep

from .endings import Terminated, TimeIsUp
from .life import Outcome, clean_up, run_file

_NAMES = ("code.txt", "code.py", "main.py", "main.txt")
_DOUBLE = ("code.txt.py", "code.py.txt", "code.txt.txt", "code.py.py", "main.txt.py", "main.py.txt", "main.txt.txt", "main.py.py")


class Lives:
    """All lives of the program of one run."""

    def __init__(self, context, importer, program):
        self._context = context
        self._importer = importer
        self._program = program
        self._restarts = 0

    def run(self):
        """Runs until nothing follows; the last outcome."""
        starts_hard = True
        while True:
            stopped = self._boot() if starts_hard else None
            if stopped is not None:
                return stopped
            outcome, used = self._live()
            follows = self._what_follows(outcome, used)
            if follows is None:
                return outcome
            limit = self._context.options.reloads
            if limit is not None and self._restarts >= limit:
                return outcome if outcome.is_failure else Outcome("done")
            self._restarts += 1
            starts_hard = follows == "hard"

    def _boot(self):
        path = next((name for name in ("boot.py", "boot.txt") if self._is_file(name)), None)
        if path is None:
            return None
        from .boot import boot

        outcome = boot(self._context, self._importer, path)
        return outcome if outcome.kind in ("time-up", "terminated", "interrupted") else None

    def _live(self):
        context = self._context
        context.next_code, used = None, context.next_code
        name = self.choose(used)
        if name is None:
            raise FileNotFoundError(f"there is no {', '.join(_NAMES)} in {context.drive.path}")
        context.radio.begin_life()
        if context.overseer.watch is not None:
            context.overseer.watch.forget()
        print(f"{name} output:", flush=True)
        outcome = run_file(context, self._importer, context.drive.resolve(name), name)
        context.end_life()
        if outcome.kind == "auto-reload":
            print("\nCode stopped by auto-reload. Reloading soon.", flush=True)
        else:
            print("\nCode done running.", flush=True)
        context.report.life_ended(name, outcome, context)
        clean_up(context, self._importer)
        return outcome, used

    def choose(self, used):
        """The file to run, a path of the drive, or None."""
        if used is not None and used.get("filename"):
            if self._is_file(used["filename"]):
                return used["filename"].lstrip("/")
            print(f"{used['filename']} not found.", flush=True)
        if self._program is not None:
            return self._program
        name = next(filter(self._is_file, _NAMES), None) or next(filter(self._is_file, _DOUBLE), None)
        if name in _DOUBLE:
            print("WARNING: Your code filename has two extensions", flush=True)
        return name

    def _is_file(self, name):
        try:
            return os.path.isfile(self._context.drive.resolve(name))
        except OSError:
            return False

    def _what_follows(self, outcome, used):
        """ "soft" or "hard" start, or None for the end of the run."""
        context = self._context
        kind = outcome.kind
        used = used or {}
        situation = "reload" if kind in ("reload", "auto-reload") else "error" if kind == "error" else "success"
        if context.next_code is None and used.get(f"sticky_on_{situation}"):
            context.next_code = used
        if kind in ("reload", "auto-reload"):
            context.run_reason = "AUTO_RELOAD" if kind == "auto-reload" else "SUPERVISOR_RELOAD"
            return "soft"
        if kind == "reset":
            context.run_reason, context.reset_reason = "STARTUP", "SOFTWARE"
            return "hard"
        if kind == "deep-sleep":
            return self._sleep(outcome)
        if used.get(f"reload_on_{situation}") and kind in ("done", "error"):
            context.run_reason = "SUPERVISOR_RELOAD"
            return "soft"
        if context.overseer.watch is None or kind in ("time-up", "terminated", "interrupted"):
            return None
        return self._wait_for_change(outcome)

    def _sleep(self, outcome):
        context = self._context
        request = outcome.error
        context.kept["alarm.wake_alarm"] = request.alarm
        limit = context.options.reloads
        if limit is not None and self._restarts >= limit:
            return "hard"
        print("Pretending to deep sleep until alarm, CTRL-C or file write.", flush=True)
        if request.seconds is None:
            if context.options.fast:
                context.report.warn("the program sleeps until a pin changes, and nothing here changes it")
                return None
            if not self._wait(outcome, lambda: False):
                return None
        elif not self._doze(outcome, max(0.0, request.seconds)):
            return None
        print("Woken up by alarm.", flush=True)
        context.run_reason, context.reset_reason = "STARTUP", "DEEP_SLEEP_ALARM"
        return "hard"

    def _doze(self, outcome, seconds):
        clock = self._context.clock
        end = clock.monotonic() + seconds
        if self._context.options.fast and seconds >= 1:
            clock.sleep(seconds)
        watch = self._context.overseer.watch
        return self._wait(outcome, lambda: clock.monotonic() >= end or (watch is not None and watch.has_settled()))

    def _wait_for_change(self, outcome):
        print("Auto-reload is on. Simply save files over USB to run them or enter REPL to disable.", flush=True)
        watch = self._context.overseer.watch
        if not self._wait(outcome, watch.has_settled):
            return None
        self._context.run_reason = "AUTO_RELOAD"
        return "soft"

    def _wait(self, outcome, is_over):
        """Waits for something; False if the run's time or the person ends it first, which the outcome then says."""
        self._context.ending = None
        try:
            while not is_over():
                if isinstance(self._context.ending, (TimeIsUp, Terminated)):
                    outcome.kind = "time-up" if isinstance(self._context.ending, TimeIsUp) else "terminated"
                    return False
                sleep(0.02)
        except KeyboardInterrupt:
            outcome.kind, outcome.status = "interrupted", 0
            return False
        return True
