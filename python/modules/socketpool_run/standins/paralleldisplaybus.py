"""CircuitPython's `paralleldisplaybus`: the bus of a display on eight lines or more."""

from socketpool_run.hardware.displaybus import DisplayBus as _DisplayBus

__all__ = ["ParallelBus"]


class ParallelBus(_DisplayBus):
    """Eight lines in a row from `data0`, or the lines of `data_pins`."""

    def __init__(self, *, data0=None, data_pins=None, command, chip_select, write, read=None, reset=None, frequency=30_000_000):
        if (data0 is None) == (data_pins is None):
            raise TypeError("data0 or data_pins is needed, and not both")
        pins = {"data0": data0} if data_pins is None else {f"data{number}": pin for number, pin in enumerate(data_pins)}
        self._begin("paralleldisplaybus", {**pins, "command": command, "chip_select": chip_select, "write": write, "read": read, "reset": reset},
                    resets=reset is not None)
