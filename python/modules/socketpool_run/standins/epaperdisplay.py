"""CircuitPython's `epaperdisplay`: electronic paper, which shows what it was last told to."""

from socketpool_run.hardware import colors as _colors
from socketpool_run.hardware.desk import asked as _asked
from socketpool_run.hardware.desk import monotonic_ns as _now
from socketpool_run.hardware.screens import Screen as _Screen

__all__ = ["EPaperDisplay"]

_SEVEN = (0x000000, 0xFFFFFF, 0x00FF00, 0x0000FF, 0xFF0000, 0xFFFF00, 0xFF8000)
_SIX = (0x000000, 0xFFFFFF, 0x00FF00, 0x0000FF, 0xFF0000, 0xFFFF00)


class EPaperDisplay(_Screen):
    """A display that is white until `refresh`, and then may not be refreshed before `time_to_refresh` has passed."""

    def __init__(self, display_bus, start_sequence, stop_sequence, *, width, height, ram_width, ram_height, colstart=0, rowstart=0, rotation=0,
                 set_column_window_command=None, set_row_window_command=None, set_current_column_command=None, set_current_row_command=None,
                 write_black_ram_command, black_bits_inverted=False, write_color_ram_command=None, color_bits_inverted=False,
                 highlight_color=0, highlight_color2=0, refresh_display_command, refresh_time=40, busy_pin=None, busy_state=True,
                 seconds_per_frame=180, always_toggle_chip_select=False, grayscale=False, advanced_color_epaper=False, spectra6=False,
                 two_byte_sequence_length=False, start_up_time=0, address_little_endian=False):
        if spectra6 or advanced_color_epaper:
            show = _colors.shown(24, inks=_SIX if spectra6 else _SEVEN)
        elif highlight_color or highlight_color2:
            show = _colors.shown(24, inks=tuple({0: 0, 1: 0xFFFFFF, highlight_color: highlight_color, highlight_color2: highlight_color2 or 0}.values()))
        else:
            show = _colors.shown(2 if grayscale else 1, grayscale)
        self._begin("epaperdisplay", display_bus, width, height, rotation, show)
        self._background = 0xFFFFFF
        self._seconds_per_frame = seconds_per_frame
        self._refreshed = None
        self._held = None

    @property
    def time_to_refresh(self):
        """Seconds until `refresh` may be called again."""
        if self._refreshed is None:
            return 0.0
        return max(0.0, self._seconds_per_frame - (_now() - self._refreshed) / 1e9)

    @property
    def busy(self):
        """False: a picture at a desk is drawn at once."""
        return False

    def update_refresh_mode(self, start_sequence, seconds_per_frame=180):
        """Another sequence to start with, and another time between pictures."""
        self._seconds_per_frame = seconds_per_frame

    def refresh(self):
        """Show the group as it is now."""
        if self.time_to_refresh > 0:
            raise RuntimeError("Refresh too soon")
        self._refreshed = _now()
        self._held = self._draw_now()
        _asked("epaperdisplay", "refresh")

    def _draw_now(self):
        return super()._picture()

    def _picture(self):
        return self._held or self._blank()

    def _blank(self):
        root, self._root = self._root, None
        try:
            return super()._picture()
        finally:
            self._root = root
