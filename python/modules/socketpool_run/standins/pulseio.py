"""CircuitPython's `pulseio`: pulses; those that come in are fed to the pin as a list of microseconds."""

from socketpool_run.hardware.desk import asked as _asked
from socketpool_run.hardware.pins import PinUser as _PinUser

__all__ = ["PulseIn", "PulseOut"]


class PulseIn(_PinUser):
    """Lengths of pulses, `pulses_D5 = ...` in the file of values: a tuple."""

    def __init__(self, pin, maxlen=2, *, idle_state=False):
        from socketpool_run.hardware.desk import fed

        if maxlen < 1:
            raise ValueError("maxlen must be >= 1")
        self._maxlen, self.paused = maxlen, False
        _asked("pulseio", "PulseIn", self._hold(pin=pin))
        self._pulses = [int(pulse) for pulse in fed("pulses", pin._names, ())][:maxlen]

    @property
    def maxlen(self):
        """How many are kept."""
        return self._maxlen

    def pause(self):
        """Look away."""
        self.paused = True

    def resume(self, trigger_duration=0):
        """Look again."""
        self.paused = False

    def clear(self):
        """Forget them."""
        self._pulses.clear()

    def popleft(self):
        """The oldest; IndexError if there is none."""
        if not self._pulses:
            raise IndexError("pop from empty PulseIn")
        return self._pulses.pop(0)

    def __len__(self):
        return len(self._pulses)

    def __bool__(self):
        return bool(self._pulses)

    def __getitem__(self, index):
        return self._pulses[index]


class PulseOut(_PinUser):
    """Sent nowhere."""

    def __init__(self, pin, *, frequency=38000, duty_cycle=1 << 15):
        _asked("pulseio", "PulseOut", self._hold(pin=pin))

    def send(self, pulses):
        """An array of microseconds, high and low in turn."""
        self._check()
        if memoryview(pulses).format != "H":
            raise TypeError("Array must contain halfwords (type 'H')")
        _asked("pulseio", "PulseOut send")
