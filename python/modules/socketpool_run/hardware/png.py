"""A picture as a PNG file (ISO/IEC 15948): eight bits each of red, green and blue, without a filter."""

import struct
import zlib


def encode(width, height, pixels):
    """The bytes of a PNG file; `pixels` are three bytes each, row after row."""
    stride = 3 * width
    if len(pixels) != stride * height:
        raise ValueError(f"{len(pixels)} bytes are not {width} x {height} pixels")
    rows = b"".join(b"\0" + bytes(pixels[at : at + stride]) for at in range(0, len(pixels), stride))
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", header) + _chunk(b"IDAT", zlib.compress(rows, 6)) + _chunk(b"IEND", b"")


def _chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
