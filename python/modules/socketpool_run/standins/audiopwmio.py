"""CircuitPython's `audiopwmio`: sound by the width of pulses."""

from socketpool_run.hardware.audio import Output as _Output

__all__ = ["PWMAudioOut"]


class PWMAudioOut(_Output):
    """One pin, or two for stereo."""

    def __init__(self, left_channel, *, right_channel=None, quiescent_value=0x8000):
        self._begin("audiopwmio", left_channel=left_channel, right_channel=right_channel)
