"""CircuitPython's `usb_cdc`: the console is the terminal, and there is no second line."""

import sys as _sys

__all__ = ["Serial", "console", "data", "disable", "enable"]


class Serial:
    """Bytes to and from the terminal."""

    def __init__(self):
        self.timeout = self.write_timeout = None

    connected = True
    out_waiting = 0

    @property
    def in_waiting(self):
        """How many bytes wait: 1 where there are any."""
        import supervisor

        return supervisor.runtime.serial_bytes_available

    def read(self, size=-1):
        """Up to so many bytes; with time-out 0 those that wait."""
        if self.timeout == 0 and not self.in_waiting:
            return b""
        return _sys.stdin.buffer.read1(size if size > 0 else 1)

    def readinto(self, buf):
        """As `read`; how many it was."""
        data = self.read(len(buf))
        buf[: len(data)] = data
        return len(data)

    def readline(self, size=-1):
        """Up to the end of a line."""
        return _sys.stdin.buffer.readline()

    def readlines(self):
        """All lines to the end."""
        return _sys.stdin.buffer.readlines()

    def write(self, buf):
        """Written to standard output."""
        _sys.stdout.flush()
        _sys.stdout.buffer.write(bytes(buf))
        _sys.stdout.buffer.flush()
        return len(buf)

    def flush(self):
        """Written already."""

    def reset_input_buffer(self):
        """Without effect."""

    def reset_output_buffer(self):
        """Without effect."""


console = Serial()
data = None


def enable(*, console=True, data=False):
    """The second line has to be asked for in boot.py; here it goes to the terminal, too."""
    globals()["console"] = Serial() if console else None
    globals()["data"] = Serial() if data else None


def disable():
    """No lines."""
    enable(console=False)
