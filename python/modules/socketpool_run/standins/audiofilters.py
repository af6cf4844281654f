"""CircuitPython's `audiofilters`: effects that keep their settings."""

from socketpool_run.hardware.effects import effect as _effect
from socketpool_run.hardware.enums import Choice as _Choice

__all__ = ["Distortion", "DistortionMode", "Filter", "Phaser"]


class DistortionMode(_Choice):
    """How it is harmed."""


DistortionMode._make("CLIP", "LOFI", "OVERDRIVE", "WAVESHAPE")
Distortion = _effect("audiofilters", "Distortion", "Harmed.", drive=0.5, pre_gain=0.0, post_gain=0.0, mode=DistortionMode.CLIP, soft_clip=False, mix=1.0)
Filter = _effect("audiofilters", "Filter", "Filtered.", filter=None, mix=1.0)
Phaser = _effect("audiofilters", "Phaser", "With notches.", frequency=1000.0, feedback=0.7, mix=1.0, stages=6)
