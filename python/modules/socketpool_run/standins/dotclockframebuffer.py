"""CircuitPython's `dotclockframebuffer`: displays with a pixel clock."""

from socketpool_run.hardware.desk import asked as _asked
from socketpool_run.hardware.framebuffer import Framebuffer as _Framebuffer

__all__ = ["DotClockFramebuffer", "ioexpander_send_init_sequence"]


class DotClockFramebuffer(_Framebuffer):
    """Sixteen bits a pixel in memory."""

    def __init__(self, *, de, vsync, hsync, dclk, red, green, blue, frequency, width, height, hsync_pulse_width, hsync_back_porch, hsync_front_porch,
                 hsync_idle_low, vsync_back_porch, vsync_front_porch, vsync_idle_low, de_idle_high, pclk_active_high, pclk_idle_high,
                 vsync_pulse_width=1, overscan_left=0, overscan_top=0, overscan_right=0, overscan_bottom=0):
        self._hold(de=de, vsync=vsync, hsync=hsync, dclk=dclk)
        self._begin(width, height)
        self.frequency = frequency
        whole = (hsync_pulse_width + hsync_back_porch + hsync_front_porch + width) * (vsync_pulse_width + vsync_back_porch + vsync_front_porch + height)
        self.refresh_rate = frequency / whole
        self.row_stride, self.first_pixel_offset = 2 * (width + overscan_left + overscan_right), 0
        _asked("dotclockframebuffer", "DotClockFramebuffer", f"{width}x{height}")


def ioexpander_send_init_sequence(bus, init_sequence, *, i2c_init_sequence, i2c_address, gpio_address, gpio_data_len, gpio_data, cs_bit, mosi_bit, clk_bit,
                                  reset_bit=None):
    """Sent nowhere."""
    memoryview(init_sequence)
    _asked("dotclockframebuffer", "ioexpander_send_init_sequence")
