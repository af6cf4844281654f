"""CircuitPython's `synthio`: notes that are kept and not heard."""

from socketpool_run.hardware.audio import Sample as _Sample
from socketpool_run.hardware.enums import Choice as _Choice
from socketpool_run.hardware.records import record as _record

__all__ = ["Biquad", "Envelope", "EnvelopeState", "FilterMode", "LFO", "Math", "MathOperation", "MidiTrack", "Note", "Synthesizer", "from_file",
           "midi_to_hz", "voct_to_hz", "waveform_max_length"]

waveform_max_length = 16384


class EnvelopeState(_Choice):
    """Where a note is in its life."""


class FilterMode(_Choice):
    """What a filter lets through."""


EnvelopeState._make("ATTACK", "DECAY", "SUSTAIN", "RELEASE")
FilterMode._make("LOW_PASS", "HIGH_PASS", "BAND_PASS", "NOTCH", "LOW_SHELF", "HIGH_SHELF", "PEAKING_EQ")

Envelope = _record("synthio", "Envelope", "How loud a note is from its start to its end.", by_name=True, attack_time=0.1, decay_time=0.05,
                   release_time=0.2, attack_level=1.0, sustain_level=0.8)
Biquad = _record("synthio", "Biquad", "A filter.", ("mode", "frequency"), Q=0.7071067811865475, A=None)
Note = _record("synthio", "Note", "One tone.", ("frequency",), by_name=True, panning=0.0, waveform=None, waveform_loop_start=0,
               waveform_loop_end=waveform_max_length, envelope=None, amplitude=1.0, bend=0.0, filter=None, ring_frequency=0.0, ring_bend=0.0,
               ring_waveform=None, ring_waveform_loop_start=0, ring_waveform_loop_end=waveform_max_length)


def _value(block):
    return float(getattr(block, "value", block) or 0.0)


class MathOperation(_Choice):
    """What `Math` does with its three inputs."""

    def __call__(self, a, b=0.0, c=1.0):
        return Math(self, a, b, c)


_OPERATIONS = {
    "SUM": lambda a, b, c: a + b + c, "ADD_SUB": lambda a, b, c: a + b - c, "PRODUCT": lambda a, b, c: a * b * c,
    "MUL_DIV": lambda a, b, c: a * b / c if c else 0.0, "SCALE_OFFSET": lambda a, b, c: a * b + c, "OFFSET_SCALE": lambda a, b, c: (a + b) * c,
    "LERP": lambda a, b, c: a * (1 - c) + b * c, "CONSTRAINED_LERP": lambda a, b, c: a * (1 - min(1, max(0, c))) + b * min(1, max(0, c)),
    "DIV_ADD": lambda a, b, c: a / b + c if b else c, "ADD_DIV": lambda a, b, c: (a + b) / c if c else 0.0, "MID": lambda a, b, c: sorted((a, b, c))[1],
    "MAX": lambda a, b, c: max(a, b, c), "MIN": lambda a, b, c: min(a, b, c), "ABS": lambda a, b, c: abs(a),
}
MathOperation._make(*_OPERATIONS)


class Math:
    """A value from three others."""

    def __init__(self, operation, a, b=0.0, c=1.0):
        self.operation, self.a, self.b, self.c = operation, a, b, c

    @property
    def value(self):
        """The result of now."""
        return float(_OPERATIONS[self.operation._name](_value(self.a), _value(self.b), _value(self.c)))


class LFO(_record("synthio", "_LFO", "", (), waveform=None, rate=1.0, scale=1.0, offset=0.0, phase_offset=0.0, once=False, interpolate=True)):
    """A slow wave, which stands still here."""

    phase = 0.0

    @property
    def value(self):
        """The offset: without sound there is no time."""
        return _value(self.offset)

    def retrigger(self):
        """Begin anew."""


def _notes(given):
    return list(given) if isinstance(given, (tuple, list)) else [given]


class Synthesizer(_Sample):
    """Keeps which notes are pressed."""

    def __init__(self, *, sample_rate=11025, channel_count=1, waveform=None, envelope=None):
        self.sample_rate, self.channel_count, self.envelope = sample_rate, channel_count, envelope
        self.blocks, self._pressed = [], []

    @property
    def pressed(self):
        """The notes that are pressed."""
        return tuple(self._pressed)

    def press(self, press=()):
        """Begin a note, or some."""
        self._pressed += [note for note in _notes(press) if note not in self._pressed]

    def release(self, release=()):
        """End a note, or some."""
        ended = _notes(release)
        self._pressed = [note for note in self._pressed if note not in ended]

    def change(self, release=(), press=(), retrigger=()):
        """End some, begin some."""
        self.release(release)
        self.press(press)

    def release_all(self):
        """End all."""
        self._pressed.clear()

    def release_all_then_press(self, press):
        """End all, begin some."""
        self.release_all()
        self.press(press)

    def note_info(self, note):
        """(State, loudness) of a note."""
        return (EnvelopeState.SUSTAIN, 1.0) if note in self._pressed else (None, 0.0)

    def _is_going(self):
        return True


class MidiTrack(_Sample):
    """Notes from a file, which are not looked at."""

    seconds = 0.0
    error_location = None

    def __init__(self, buffer, tempo, *, sample_rate=11025, waveform=None, envelope=None):
        self.tempo, self.sample_rate = tempo, sample_rate


def from_file(file, *, sample_rate=11025, waveform=None, envelope=None):
    """The track of a MIDI file."""
    return MidiTrack(file.read(), 120, sample_rate=sample_rate, waveform=waveform, envelope=envelope)


def midi_to_hz(midi_note):
    """The frequency of a note's number: 69 is 440 Hz."""
    return 440.0 * 2 ** ((midi_note - 69) / 12)


def voct_to_hz(ctrl):
    """The frequency of a control voltage, an octave a volt: 0 is 440 Hz."""
    return 440.0 * 2**ctrl
