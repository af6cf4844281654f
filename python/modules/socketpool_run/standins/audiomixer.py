"""CircuitPython's `audiomixer`: several samples at once."""

from socketpool_run.hardware.audio import Player as _Player
from socketpool_run.hardware.audio import Sample as _Sample

__all__ = ["Mixer", "MixerVoice"]


class MixerVoice(_Player):
    """One of a mixer's places for a sample."""

    def __init__(self):
        self.level, self.panning, self.loop = 1.0, 0.0, False

    def end(self):
        """Play to the end and no more."""
        self._loops = False


class Mixer(_Sample):
    """Some voices; it plays on without an end."""

    def __init__(self, voice_count=2, buffer_size=1024, channel_count=2, bits_per_sample=16, samples_signed=True, sample_rate=8000):
        if not 1 <= voice_count <= 255:
            raise ValueError("voice_count must be 1-255")
        self.channel_count, self.bits_per_sample, self.sample_rate = channel_count, bits_per_sample, sample_rate
        self.voice = tuple(MixerVoice() for _ in range(voice_count))

    def _is_going(self):
        return True

    @property
    def playing(self):
        """Whether any voice is."""
        return any(voice.playing for voice in self.voice)

    def play(self, sample, *, voice=0, loop=False):
        """Begin with a sample in a voice."""
        self.voice[voice].play(sample, loop=loop)

    def stop_voice(self, voice=0):
        """End what a voice plays."""
        self.voice[voice].stop()
