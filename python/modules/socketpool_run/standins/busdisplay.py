"""CircuitPython's `busdisplay`: a display on a bus, drawn into a picture."""

from socketpool_run.hardware import colors as _colors
from socketpool_run.hardware.screens import LiveScreen as _LiveScreen

__all__ = ["BusDisplay"]


class BusDisplay(_LiveScreen):
    """A display with a frame memory of its own; the sequence that starts it goes nowhere."""

    def __init__(self, display_bus, init_sequence, *, width, height, colstart=0, rowstart=0, rotation=0, color_depth=16, grayscale=False,
                 pixels_in_byte_share_row=True, bytes_per_cell=1, reverse_pixels_in_byte=False, reverse_bytes_in_word=True,
                 set_column_command=0x2A, set_row_command=0x2B, write_ram_command=0x2C, backlight_pin=None, brightness_command=None,
                 brightness=1.0, single_byte_bounds=False, data_as_commands=False, auto_refresh=True, native_frames_per_second=60,
                 backlight_on_high=True, SH1107_addressing=False, backlight_pwm_frequency=50000):
        memoryview(init_sequence)
        self._begin("busdisplay", display_bus, width, height, rotation, _colors.shown(color_depth, grayscale or color_depth < 8))
        self.auto_refresh = bool(auto_refresh)
        self._brightness = float(brightness)
