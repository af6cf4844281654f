"""CircuitPython's `sdcardio`: a card in a slot, empty until `storage.mount` shows the folder that stands for it."""

from socketpool_run.hardware.cards import Card as _Card

__all__ = ["SDCard"]


class SDCard(_Card):
    """A card on SPI."""

    def __init__(self, bus, cs, baudrate=8000000):
        self._begin("sdcardio", cs=None if hasattr(cs, "switch_to_output") else cs)
