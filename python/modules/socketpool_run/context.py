"""What a run consists of: one object, `context`, which the stand-ins import.

    from socketpool_run.context import context

Stand-ins use these, and nothing else of this package:

- `context.report.note("digitalio", "DigitalInOut D5, output")`: the program asked this of the hardware. Equal notes are counted.
- `context.values.get("pin", "D5", default)`: what was fed: `--pin D5=0`, or the function or value of that name in `--values FILE.py`
  (`values.Values` says how). Ask each time: a function may answer differently.
- `context.clock`: `time()`, `monotonic()`, `monotonic_ns()`, `sleep(seconds)`, and `set_time(seconds)` for `rtc`. With `--fast` long sleeps jump.
- `context.drive`: `path` (the folder on this machine), `resolve("/sd/log.txt")` (its path on this machine; OSError outside the drive),
  `is_read_only` (for `storage.remount`).
- `context.settings.get(key)`: of settings.toml: str, int, or None.
- `context.reload()`, `context.reset()`, `context.deep_sleep(seconds, alarm)`: end this life of the program; they do not return.
- `context.kept`: a dict that outlives the program's lives, for `nvm`, `sleep_memory`, `alarm.wake_alarm`; keys begin with the module's name.
- `context.at_end(function)`: call it when this life ends, newest first: release pins, write files.
- `context.board`: the chosen board: `name`, `identifier` (of boot_out.txt), `machine` and `platform` (of os.uname), `version`.
- `context.options`: `nvm` and `screen` (paths or None), `fast`.
- `context.run_reason`, `context.reset_reason`: names of the members of `supervisor.RunReason` and `microcontroller.ResetReason`.
- `context.next_code`: what `supervisor.set_next_code_file` asked for: a dict with filename, reload_on_success, ..., or None.
- `context.autoreload`: what `supervisor.runtime.autoreload` shows and sets.
- `context.radio`: `wifi.radio` of this run, None before it is made.

The modules of the stand-ins are imported anew in each life of the program, so their own state needs no reset.
"""

from .endings import DeepSleepRequest, ReloadException, ResetRequest


class Board:
    """The board that a run stands for. Without one it is the desk, which refuses nothing."""

    name = "Desk"
    identifier = "desk"
    machine = "Desk with CPython"
    platform = "Desk"
    version = (10, 0, 3)
    title = "the desk"
    key = "desk"
    lacks = frozenset()  # modules that other boards have built in

    def fit_error(self, error):
        """The error that this board would have raised: its errno, its words. The place for board profiles."""
        return error

    def refuses(self, what):
        """Whether this board lacks what CPython has, "time.strftime": the facades ask. The place for --strict."""
        return False


class Context:
    """See the module. `cli` fills it before the program starts."""

    def __init__(self):
        self.board = Board()
        self.options = None
        self.drive = None
        self.settings = None
        self.report = None
        self.values = None
        self.clock = None
        self.air = None
        self.names = None
        self.radio = None
        self.kept = {}
        self.run_reason = "STARTUP"
        self.reset_reason = "POWER_ON"
        self.next_code = None
        self.autoreload = True
        self.overseer = None
        self.program = None
        self.is_running = False  # the program, on the main thread
        self.ending = None  # what ends this life, so that a bare `except:` of the program does not keep it
        self._at_end = []

    def reload(self):
        """Start code.py again: `supervisor.reload()`."""
        self._end(ReloadException())

    def reset(self):
        """Start the board again, boot.py first: `microcontroller.reset()`."""
        self._end(ResetRequest())

    def deep_sleep(self, seconds=None, alarm=None):
        """Sleep, then start anew. `seconds` is when the first time alarm is due, None if there is none; `alarm` is what woke the board."""
        self._end(DeepSleepRequest(seconds, alarm))

    def at_end(self, function):
        """Call a function without arguments when this life ends, newest first."""
        self._at_end.append(function)

    def end_life(self):
        """Calls what was given to at_end(); an error of one does not keep the others."""
        while self._at_end:
            try:
                self._at_end.pop()()
            except Exception as error:
                self.report.warn(f"while ending the program: {type(error).__name__}: {error}")

    def _end(self, ending):
        self.ending = ending
        self.overseer.begin()
        raise ending


context = Context()
