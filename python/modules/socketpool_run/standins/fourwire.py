"""CircuitPython's `fourwire`: the bus of a display on SPI."""

from socketpool_run.hardware.displaybus import DisplayBus as _DisplayBus

__all__ = ["FourWire"]


class FourWire(_DisplayBus):
    """SPI with a pin that tells commands from data."""

    def __init__(self, spi_bus, *, command=None, chip_select=None, reset=None, baudrate=24000000, polarity=0, phase=0):
        if polarity not in (0, 1) or phase not in (0, 1):
            raise ValueError("polarity and phase must be 0 or 1")
        self._begin("fourwire", {"command": command, "chip_select": chip_select, "reset": reset}, resets=reset is not None)
