"""Pictures for a camera that has nothing to see: bars of colour, and a grey JPEG file."""

import struct
from array import array

_BARS = (0xFFFF, 0xFFE0, 0x07FF, 0x07E0, 0xF81F, 0xF800, 0x001F, 0x0000)


def bars(width, is_gray):
    """A row of eight bars, as bytes or as 16 bits with their bytes swapped, as the sensor sends them."""
    if is_gray:
        return array("B", (255 - 36 * (x * 8 // width) for x in range(width)))
    return array("H", ((color & 0xFF) << 8 | color >> 8 for color in (_BARS[x * 8 // width] for x in range(width))))


def gray_jpeg(width, height):
    """A baseline JPEG file (ISO/IEC 10918-1) of one grey: every block has the difference 0 and no more."""
    quantization = b"\xff\xdb" + struct.pack(">HB", 67, 0) + bytes([16] * 64)
    frame = b"\xff\xc0" + struct.pack(">HBHHB", 11, 8, height, width, 1) + bytes([1, 0x11, 0])
    # One code each: "0" is a difference of nothing, "0" is the end of a block.
    tables = b"".join(b"\xff\xc4" + struct.pack(">HB", 20, kind) + bytes([1] + [0] * 15) + bytes([0]) for kind in (0x00, 0x10))
    scan = b"\xff\xda" + struct.pack(">HB", 8, 1) + bytes([1, 0, 0, 63, 0])
    blocks = -(-width // 8) * -(-height // 8)
    bits = 2 * blocks
    data = bytearray(-(-bits // 8))
    if bits % 8:
        data[-1] = (1 << (8 - bits % 8)) - 1
    return b"\xff\xd8" + quantization + frame + tables + scan + bytes(data) + b"\xff\xd9"
