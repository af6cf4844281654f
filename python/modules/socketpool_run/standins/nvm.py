"""CircuitPython's `nvm`: the type of `microcontroller.nvm`."""

from socketpool_run.hardware.memory import ByteArray

__all__ = ["ByteArray"]
