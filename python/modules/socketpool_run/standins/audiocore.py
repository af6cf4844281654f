"""CircuitPython's `audiocore`: samples from memory and from files."""

import struct as _struct

from socketpool_run.hardware.audio import Sample as _Sample
from socketpool_run.hardware.desk import open_file as _open

__all__ = ["RawSample", "WaveFile"]


class RawSample(_Sample):
    """Samples in a buffer: signed or unsigned, 8 or 16 bits."""

    def __init__(self, buffer, *, channel_count=1, sample_rate=8000, single_buffer=True):
        view = memoryview(buffer)
        if view.format not in ("b", "B", "h", "H"):
            raise ValueError("sample_source buffer must be a bytearray or array of type 'h', 'H', 'b', or 'B'")
        self.channel_count, self.sample_rate = channel_count, sample_rate
        self.bits_per_sample = 8 * view.itemsize
        self.seconds = len(view) / channel_count / sample_rate


class WaveFile(_Sample):
    """A file in the RIFF format: 8 or 16 bits, PCM."""

    def __init__(self, file, buffer=None):
        opened = _open(file) if isinstance(file, str) else file
        try:
            self._read(opened)
        finally:
            if isinstance(file, str):
                opened.close()

    def _read(self, file):
        head = file.read(12)
        if head[:4] != b"RIFF" or head[8:12] != b"WAVE":
            raise ValueError("Invalid wave file")
        while True:
            chunk = file.read(8)
            if len(chunk) < 8:
                raise ValueError("Data chunk must follow fmt chunk")
            name, size = chunk[:4], _struct.unpack("<I", chunk[4:])[0]
            if name == b"data":
                break
            data = file.read(size + size % 2)
            if name == b"fmt ":
                kind, self.channel_count, self.sample_rate, _, _, self.bits_per_sample = _struct.unpack_from("<HHIIHH", data)
                if kind not in (1, 0xFFFE) or self.channel_count > 2 or self.bits_per_sample > 16:
                    raise ValueError("Unsupported format")
        self.seconds = size / (self.channel_count * self.bits_per_sample // 8) / self.sample_rate
