"""CircuitPython's `audiodelays`: effects that keep their settings."""

from socketpool_run.hardware.effects import effect as _effect

__all__ = ["Chorus", "Echo", "Flanger", "GranularPitchShift", "MultiTapDelay", "PitchShift"]

Chorus = _effect("audiodelays", "Chorus", "Several voices of one.", max_delay_ms=50, delay_ms=50.0, voices=1.0, mix=0.5)
Echo = _effect("audiodelays", "Echo", "Later again.", max_delay_ms=500, delay_ms=250.0, decay=0.7, mix=0.25, freq_shift=False, filter=None)
Flanger = _effect("audiodelays", "Flanger", "Beside itself.", max_delay_ms=10, min_delay_ms=1.0, rate=0.5, depth=0.5, feedback=0.5, mix=0.5,
                  invert=False)
Flanger.lfo_value = 0.0
GranularPitchShift = _effect("audiodelays", "GranularPitchShift", "Higher or lower, in grains.", semitones=0.0, mix=1.0, grain_size=1024,
                             density=2, spread=0.0)
MultiTapDelay = _effect("audiodelays", "MultiTapDelay", "Later again at some times.", max_delay_ms=500, delay_ms=250.0, decay=0.7, mix=0.25, taps=None)
PitchShift = _effect("audiodelays", "PitchShift", "Higher or lower.", semitones=0.0, mix=1.0, window=1024, overlap=128)
