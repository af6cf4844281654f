"""CircuitPython's `sdioio`: a card in a slot of its own, empty until `storage.mount` shows the folder that stands for it."""

from socketpool_run.hardware.cards import Card as _Card

__all__ = ["SDCard"]


class SDCard(_Card):
    """A card on SDIO."""

    def __init__(self, clock, command, data, frequency):
        self.frequency, self.width = frequency, len(data)
        self._begin("sdioio", clock=clock, command=command, **{f"data{number}": pin for number, pin in enumerate(data)})

    def configure(self, frequency=0, width=0):
        """Another speed, fewer lines."""
        self.frequency, self.width = frequency or self.frequency, width or self.width
