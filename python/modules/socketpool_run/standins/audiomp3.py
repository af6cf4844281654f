"""CircuitPython's `audiomp3`: reads a file or a stream as fast as its music would be played."""

from socketpool_run.hardware.audio import Sample as _Sample
from socketpool_run.hardware.desk import monotonic_ns as _now
from socketpool_run.hardware.desk import open_file as _open

__all__ = ["MP3Decoder"]

_KBITS = (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320)  # MPEG 1, layer III
_KBITS_LOW = (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160)  # MPEG 2
_RATES = (44100, 48000, 32000)


class MP3Decoder(_Sample):
    """Its bytes are read in time and thrown away; the first frame's header tells how many a second that is."""

    def __init__(self, file, buffer=None):
        self.rms_level, self.samples_decoded = 0.0, 0
        if isinstance(file, str):
            self.open(file)
        else:
            self.file = file

    def open(self, filepath):
        """Go on with another file."""
        self.file = _open(filepath)

    @property
    def file(self):
        """What is read; set, another one."""
        return self._file

    @file.setter
    def file(self, file):
        if not any(hasattr(file, name) for name in ("read", "readinto", "recv_into")):
            raise TypeError("file must be a file opened in byte mode")
        self._file, self._ended = file, False
        self._bytes_per_second = 16000
        self._start = None
        self._begin(self._take(1024))

    def _take(self, count):
        fill = getattr(self._file, "readinto", None) or getattr(self._file, "recv_into", None)  # a socket is a stream, too
        if fill is None:
            return self._file.read(count) or b""
        buffer = bytearray(count)
        return bytes(buffer[: fill(buffer) or 0])

    def _begin(self, data):
        for at in range(len(data) - 3):
            if data[at] == 0xFF and data[at + 1] & 0xE6 == 0xE2:
                is_low = not data[at + 1] & 0x08
                rate, bits = data[at + 2] >> 2 & 3, data[at + 2] >> 4
                if rate < 3 and 0 < bits < 15:
                    self.sample_rate = _RATES[rate] >> is_low
                    self.channel_count = 1 if data[at + 3] >> 6 == 3 else 2
                    self._bytes_per_second = (_KBITS_LOW if is_low else _KBITS)[bits] * 125
                    break
        self._got = len(data)

    def _is_going(self):
        """Read what was due by now; False at the end."""
        if self._start is None:
            self._start = _now()
        due = int((_now() - self._start) / 1e9 * self._bytes_per_second) - self._got
        while due > 0 and not self._ended:
            data = self._take(min(due, 4096))
            self._ended = not data
            self._got += len(data)
            due -= len(data)
            self.samples_decoded = int(self._got / self._bytes_per_second * self.sample_rate)
        return not self._ended

    def deinit(self):
        """Read no more."""
        self._ended = True
