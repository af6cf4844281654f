"""Reads from a compiled module for which machine it is and which versions of glibc it needs."""

import struct

_MACHINES = {62: "x86_64", 183: "aarch64"}
_VERSIONS_NEEDED = 0x6FFFFFFE  # SHT_GNU_verneed


class Library:
    """A 64-bit little-endian ELF file."""

    def __init__(self, path):
        with open(path, "rb") as file:
            self._data = file.read()
        if self._data[:6] != b"\x7fELF\x02\x01":
            raise ValueError(f"{path} is not a 64-bit little-endian ELF file")
        number = struct.unpack_from("<H", self._data, 18)[0]
        self.machine = _MACHINES.get(number, f"machine{number}")
        self._sections = list(self._read_sections())

    def needed_versions(self):
        """Pairs (library, version): ("libc.so.6", "GLIBC_2.17")."""
        for kind, offset, _, link, count in self._sections:
            if kind == _VERSIONS_NEEDED:
                strings = self._sections[link]
                for _ in range(count):
                    _, entries, file, first, following = struct.unpack_from("<HHIII", self._data, offset)
                    entry = offset + first
                    for _ in range(entries):
                        _, _, _, name, more = struct.unpack_from("<IHHII", self._data, entry)
                        yield self._text(strings, file), self._text(strings, name)
                        entry += more
                    offset += following

    def newest_glibc(self):
        """The newest version of glibc that it needs, as (2, 17); None if it needs none."""
        versions = [tuple(map(int, name[6:].split("."))) for _, name in self.needed_versions() if name.startswith("GLIBC_2")]
        return max(versions, default=None)

    def _read_sections(self):
        start = struct.unpack_from("<Q", self._data, 40)[0]
        size, count = struct.unpack_from("<HH", self._data, 58)
        for i in range(count):
            _, kind, _, _, offset, length, link, info, _, _ = struct.unpack_from("<IIQQQQIIQQ", self._data, start + i * size)
            yield kind, offset, length, link, info

    def _text(self, strings, at):
        start = strings[1] + at
        return self._data[start : self._data.index(b"\0", start)].decode("ascii")
