"""CircuitPython's `i2cdisplaybus`: the bus of a display on I2C."""

from socketpool_run.hardware.displaybus import DisplayBus as _DisplayBus

__all__ = ["I2CDisplayBus"]


class I2CDisplayBus(_DisplayBus):
    """I2C with commands and data to one address."""

    def __init__(self, i2c_bus, *, device_address, reset=None):
        if not 0 <= device_address <= 0x7F:
            raise ValueError("device_address must be 0-127")
        self._begin("i2cdisplaybus", {"reset": reset}, resets=reset is not None, detail=f"at 0x{device_address:02x}")
