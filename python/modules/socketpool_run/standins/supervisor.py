"""CircuitPython's `supervisor`: what runs the program, here `socketpool run`."""

import sys as _sys

from socketpool_run.context import context as _context
from socketpool_run.hardware.desk import asked as _asked
from socketpool_run.hardware.desk import monotonic_ns as _now
from socketpool_run.hardware.enums import Choice as _Choice

__all__ = ["RunReason", "Runtime", "SafeModeReason", "StatusBar", "disable_autoreload", "enable_autoreload", "get_previous_traceback", "get_setting",
           "reload", "reset_terminal", "runtime", "set_next_code_file", "set_rgb_status_brightness", "set_usb_identification", "status_bar", "ticks_ms"]


class RunReason(_Choice):
    """Why the program was started."""


class SafeModeReason(_Choice):
    """Why a board started without its program; here it never does."""


RunReason._make("STARTUP", "AUTO_RELOAD", "SUPERVISOR_RELOAD", "REPL_RELOAD")
SafeModeReason._make("NONE", "BROWNOUT", "FLASH_WRITE_FAIL", "GC_ALLOC_OUTSIDE_VM", "HARD_FAULT", "INTERRUPT_ERROR", "NLR_JUMP_FAIL",
                     "NO_CIRCUITPY", "NO_HEAP", "PROGRAMMATIC", "SAFE_MODE_PY_ERROR", "SDK_FATAL_ERROR", "STACK_OVERFLOW", "USB_BOOT_DEVICE_NOT_INTERFACE_ZERO",
                     "USB_TOO_MANY_ENDPOINTS", "USB_TOO_MANY_INTERFACE_NAMES", "USER", "WATCHDOG_RESET", "WATCHDOG")


class Runtime:
    """The one object `supervisor.runtime`."""

    def __init__(self):
        self.autoreload = True
        self.ble_workflow = False
        self.rgb_status_brightness = 100

    @property
    def usb_connected(self):
        """True: the drive is at a computer."""
        return True

    @property
    def serial_connected(self):
        """True: what is printed is read."""
        return True

    @property
    def serial_bytes_available(self):
        """How many bytes wait on the console: 1 where there are any, 0 otherwise."""
        import select

        try:
            return int(bool(select.select([_sys.stdin], [], [], 0)[0]) and _sys.stdin.isatty())
        except (OSError, ValueError):
            return 0

    @property
    def run_reason(self):
        """One of `RunReason`."""
        return getattr(RunReason, _context.run_reason)

    @property
    def safe_mode_reason(self):
        """`SafeModeReason.NONE`."""
        return SafeModeReason.NONE

    @property
    def display(self):
        """The display that shows the console, None where there is none."""
        from socketpool_run.hardware import here, screens

        if not hasattr(self, "_display") and here.here().has_display():
            import board

            return board.DISPLAY
        return getattr(self, "_display", None) or screens.first()

    @display.setter
    def display(self, value):
        self._display = value


class StatusBar:
    """Where boards show their state; kept."""

    def __init__(self):
        self.console = self.display = True


runtime = Runtime()
status_bar = StatusBar()


def reload():
    """Start the program again."""
    _context.reload()


def set_next_code_file(filename, *, working_directory=None, reload_on_success=False, reload_on_error=False, sticky_on_success=False,
                       sticky_on_error=False, sticky_on_reload=False):
    """Run another file next time."""
    _context.next_code = None if filename is None else {
        "filename": filename, "working_directory": working_directory, "reload_on_success": reload_on_success, "reload_on_error": reload_on_error,
        "sticky_on_success": sticky_on_success, "sticky_on_error": sticky_on_error, "sticky_on_reload": sticky_on_reload}


def ticks_ms():
    """Milliseconds that start anew after 2**29, 65 seconds before that at first, as on a board."""
    return (_now() // 1_000_000 + 0x1FFF0000) % (1 << 29)


def get_previous_traceback():
    """The traceback of the life before, None if it ended without."""
    return _context.kept.get("supervisor.traceback")


def get_setting(key, default=None):
    """What settings.toml says of a key."""
    value = None if _context.settings is None else _context.settings.get(key)
    return default if value is None else value


def reset_terminal(x_pixels, y_pixels):
    """Without effect: the terminal is the one that `run` was started in."""


def set_usb_identification(manufacturer=None, product=None, vid=-1, pid=-1):
    """Without effect: there is no USB."""
    _asked("supervisor", "set_usb_identification")


def disable_autoreload():
    """The name of `runtime.autoreload = False` before CircuitPython 8."""
    runtime.autoreload = False


def enable_autoreload():
    """The name of `runtime.autoreload = True` before CircuitPython 8."""
    runtime.autoreload = True


def set_rgb_status_brightness(brightness):
    """The name of `runtime.rgb_status_brightness = ...` before CircuitPython 8."""
    runtime.rgb_status_brightness = brightness
