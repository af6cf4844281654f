"""What ends a life of a program: exceptions that `except Exception` does not catch, as on boards."""


class Ending(BaseException):
    """The program has asked for what follows, or the run ends it."""


class ReloadException(Ending):
    """`supervisor.reload()`, or a file was saved."""

    def __init__(self, is_automatic=False):
        super().__init__()
        self.is_automatic = is_automatic


class ResetRequest(Ending):
    """`microcontroller.reset()`."""


class DeepSleepRequest(Ending):
    """`alarm.exit_and_deep_sleep_until_alarms()`."""

    def __init__(self, seconds, alarm):
        super().__init__()
        self.seconds = seconds
        self.alarm = alarm


class TimeIsUp(Ending):
    """`--timeout`, `--run-for`."""


class Terminated(Ending):
    """The process was told to end (SIGTERM)."""
