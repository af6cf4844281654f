"""What display buses have in common: they take the pins, and what is sent goes nowhere."""

from .desk import asked
from .pins import claim, release


class DisplayBus:
    """A bus that carries commands to a display."""

    def _begin(self, module, pins, resets=False, detail=None):
        self._module, self._resets, self._pins = module, resets, []
        for name, pin in pins.items():
            if pin is not None and not hasattr(pin, "switch_to_output"):  # some boards give the pin as a DigitalInOut
                self._pins.append(claim(pin, f"{type(self).__name__} {name}"))
        asked(module, type(self).__name__, detail)

    def reset(self):
        """Pull the reset line; RuntimeError where there is none."""
        if not self._resets:
            raise RuntimeError("No reset pin")
        asked(self._module, "reset")

    def send(self, command, data, *, toggle_every_byte=False):
        """Send a command and what belongs to it."""
        if not 0 <= command <= 255:
            raise ValueError("command must be 0-255")
        memoryview(data)
        asked(self._module, "send")

    def deinit(self):
        """Let go of the pins."""
        while self._pins:
            release(self._pins.pop())
