"""Writes the blocks of pcapng files (the draft of the IETF's opsawg, little-endian) that the findings show to other programs."""
import struct


def block(kind, body):
    body += b"\0" * (-len(body) % 4)
    length = len(body) + 12
    return struct.pack("<II", kind, length) + body + struct.pack("<I", length)


def option(code, value):
    return struct.pack("<HH", code, len(value)) + value + b"\0" * (-len(value) % 4)


def options(*given):
    return b"".join(given) + struct.pack("<HH", 0, 0) if given else b""


SECTION = block(0x0A0D0D0A, struct.pack("<IHHq", 0x1A2B3C4D, 1, 0, -1))
NANOSECONDS = option(9, b"\x09")


def interface(*given, link_type=1, snapshot=65535):
    return block(1, struct.pack("<HHI", link_type, 0, snapshot) + options(*given))


def packet(number, ticks, data, *given):
    head = struct.pack("<IIIII", number, ticks >> 32, ticks & 0xFFFFFFFF, len(data), len(data))
    return block(6, head + data + b"\0" * (-len(data) % 4) + options(*given))


# 127.0.0.1:1234 to 127.0.0.1:5678, an empty UDP datagram: as IP, and in Ethernet.
DATAGRAM = bytes.fromhex("4500001c000100004011 7cce 7f000001 7f000001 04d2 162e 0008 0000")
FRAME = bytes.fromhex("020000000001 020000000002 0800") + DATAGRAM
