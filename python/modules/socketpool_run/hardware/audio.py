"""Sound that nobody hears: samples that know how long they are, and outputs that play for that time."""

from .desk import asked, monotonic_ns
from .pins import PinUser


class Sample:
    """What can be played; `seconds` is how long, None where nobody can say."""

    sample_rate = 8000
    bits_per_sample = 16
    channel_count = 1
    seconds = None

    def deinit(self):
        """Nothing to give back."""

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.deinit()


class Player:
    """Plays one sample at a time; what plays ends when its time has passed on the program's clock."""

    _sample, _until, _loops, _paused_with = None, 0, False, None

    def play(self, sample, *, loop=False):
        """Begin with a sample."""
        seconds = getattr(sample, "seconds", None)
        self._sample, self._loops, self._paused_with = sample, bool(loop), None
        self._until = None if seconds is None else monotonic_ns() + int(seconds * 1e9)
        asked(type(self).__module__, f"{type(self).__name__} plays {type(sample).__name__}")

    def stop(self):
        """End it."""
        self._sample = None

    @property
    def playing(self):
        """Whether the sample is still being played; also while it is paused."""
        if self._sample is None:
            return False
        if self._loops or self._paused_with is not None:
            return True
        if self._until is None:
            going = getattr(self._sample, "_is_going", None)
            if going is None or going():
                return True
        elif monotonic_ns() < self._until:
            return True
        self._sample = None
        return False

    @property
    def paused(self):
        """Whether it was paused."""
        return self._paused_with is not None

    def pause(self):
        """Hold on."""
        if not self.playing:
            raise RuntimeError("Not playing")
        if self._paused_with is None:
            self._paused_with = 0 if self._until is None else self._until - monotonic_ns()

    def resume(self):
        """Go on."""
        if self._paused_with is not None:
            if self._until is not None:
                self._until = monotonic_ns() + self._paused_with
            self._paused_with = None


class Output(Player, PinUser):
    """A player with pins."""

    def _begin(self, module, **pins):
        asked(module, type(self).__name__, self._hold(**pins))

    def play(self, sample, *, loop=False):
        """Begin with a sample; another one that plays ends."""
        self._check()
        super().play(sample, loop=loop)

    def deinit(self):
        """Let go of the pins."""
        self.stop()
        super().deinit()
