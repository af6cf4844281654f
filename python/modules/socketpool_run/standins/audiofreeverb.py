"""CircuitPython's `audiofreeverb`: an effect that keeps its settings."""

from socketpool_run.hardware.effects import effect as _effect

__all__ = ["Freeverb"]

Freeverb = _effect("audiofreeverb", "Freeverb", "As in a room.", roomsize=0.5, damp=0.5, mix=0.5, pre_filter=None, post_filter=None)
