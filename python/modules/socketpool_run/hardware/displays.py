"""What boards have built in besides pins: displays, and tables of pins for cameras and displays with a pixel clock."""

from .displaybus import DisplayBus
from .here import stray


def built_in(facts):
    """The display of a board, from (kind, width, height, rotation, depth)."""
    kind, width, height, rotation, depth = facts
    if kind == "paper":
        from epaperdisplay import EPaperDisplay

        return EPaperDisplay(_Bus(), b"", b"", width=width, height=height, ram_width=width, ram_height=height, rotation=rotation,
                             write_black_ram_command=0x10, refresh_display_command=0x12, seconds_per_frame=5, grayscale=depth > 1)
    if kind == "frame":
        from framebufferio import FramebufferDisplay

        return FramebufferDisplay(_Memory(width, height), rotation=rotation)
    from busdisplay import BusDisplay

    return BusDisplay(_Bus(), b"", width=width, height=height, rotation=rotation, color_depth=depth)


class _Bus(DisplayBus):
    """The board's own lines to its display, which take no pins from the program."""

    def __init__(self):
        self._module, self._resets, self._pins = "board", True, []


class _Memory:
    """A framebuffer of the board's own."""

    def __init__(self, width, height):
        self.width, self.height = width, height

    def deinit(self):
        pass


def constant(name, board):
    """A table that boards have under this name: pins of a camera or of a display."""
    if name.endswith("DATA"):
        return tuple(stray(f"{name}{number}") for number in range(8))
    if name == "TFT_PINS":
        lines = {color: tuple(stray(f"TFT_{letter}{number}") for number in range(count)) for color, letter, count in _COLORS}
        return {**{line: stray(f"TFT_{line.upper()}") for line in ("de", "vsync", "hsync", "dclk")}, **lines}
    if name.startswith("TFT_TIMINGS"):
        return {"frequency": 16_000_000, "width": 480, "height": 480, "hsync_pulse_width": 4, "hsync_front_porch": 8, "hsync_back_porch": 8,
                "hsync_idle_low": False, "vsync_pulse_width": 4, "vsync_front_porch": 8, "vsync_back_porch": 8, "vsync_idle_low": False,
                "de_idle_high": False, "pclk_active_high": False, "pclk_idle_high": False}
    if name == "MTX_ADDRESS":
        return tuple(board.pin(f"MTX_ADDR{letter}") or stray(f"MTX_ADDR{letter}") for letter in "ABCDE")
    if name == "MTX_COMMON":
        pins = [board.pin(f"MTX_{label}") or stray(f"MTX_{label}") for label in ("R1", "G1", "B1", "R2", "G2", "B2", "CLK", "LAT", "OE")]
        return {"rgb_pins": tuple(pins[:6]), "clock_pin": pins[6], "latch_pin": pins[7], "output_enable_pin": pins[8]}
    if name == "TFT_IO_EXPANDER":
        return {"i2c_address": 0x3F, "gpio_address": 1, "gpio_data_len": 1, "gpio_data": 0xF1, "cs_bit": 1, "mosi_bit": 7, "clk_bit": 0, "reset_bit": 2,
                "i2c_init_sequence": b""}
    if name.endswith("ADDR"):
        return 0
    if name.startswith("NUM_"):
        return 1
    return stray(name)


_COLORS = (("red", "R", 5), ("green", "G", 6), ("blue", "B", 5))
