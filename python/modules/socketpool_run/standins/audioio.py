"""CircuitPython's `audioio`: sound by a converter on the chip."""

from socketpool_run.hardware.audio import Output as _Output

__all__ = ["AudioOut"]


class AudioOut(_Output):
    """One pin, or two for stereo."""

    def __init__(self, left_channel, *, right_channel=None, quiescent_value=0x8000):
        self._begin("audioio", left_channel=left_channel, right_channel=right_channel)
