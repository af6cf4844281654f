"""A device on SPI."""

__all__ = ["SPIDevice"]


class SPIDevice:
    """Locks and configures the bus for its device within `with`, and pulls its line."""

    def __init__(self, spi, chip_select=None, *, baudrate=100000, polarity=0, phase=0, extra_clocks=0, cs_active_value=False):
        self.spi, self.chip_select = spi, chip_select
        self.baudrate, self.polarity, self.phase, self.extra_clocks, self.cs_active_value = baudrate, polarity, phase, extra_clocks, cs_active_value
        if chip_select is not None:
            chip_select.switch_to_output(value=not cs_active_value)

    def __enter__(self):
        while not self.spi.try_lock():
            pass
        self.spi.configure(baudrate=self.baudrate, polarity=self.polarity, phase=self.phase)
        if self.chip_select is not None:
            self.chip_select.value = self.cs_active_value
        return self.spi

    def __exit__(self, *_):
        if self.chip_select is not None:
            self.chip_select.value = not self.cs_active_value
        if self.extra_clocks:
            self.spi.write(b"\xff" * -(-self.extra_clocks // 8))
        self.spi.unlock()
        return False
