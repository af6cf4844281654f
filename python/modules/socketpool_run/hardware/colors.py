"""Arithmetic of colours: the formats of 16 bits, and what displays of few colours make of a colour."""


def to_565(rgb):
    """A colour of 24 bits in 16."""
    return (rgb >> 8 & 0xF800) | (rgb >> 5 & 0x07E0) | (rgb >> 3 & 0x001F)


def from_565(value):
    """A colour of 16 bits in 24, so that full stays full."""
    red, green, blue = value >> 11 & 31, value >> 5 & 63, value & 31
    return (red << 3 | red >> 2) << 16 | (green << 2 | green >> 4) << 8 | (blue << 3 | blue >> 2)


def _from_555(value):
    red, green, blue = value >> 10 & 31, value >> 5 & 31, value & 31
    return (red << 3 | red >> 2) << 16 | (green << 3 | green >> 2) << 8 | (blue << 3 | blue >> 2)


def decoder(name):
    """(value) -> 0xRRGGBB for a colour space by its name."""
    if name == "L8":
        return lambda value: (value & 0xFF) * 0x010101
    if name == "RGB888":
        return lambda value: value & 0xFFFFFF
    base = from_565 if "565" in name else _from_555
    if name.endswith("_SWAPPED"):
        plain = base

        def base(value):
            return plain((value & 0xFF) << 8 | value >> 8 & 0xFF)

    if name.startswith("BGR"):
        straight = base

        def base(value):
            rgb = straight(value)
            return (rgb & 0xFF) << 16 | rgb & 0xFF00 | rgb >> 16

    return base


def luma(rgb):
    """How bright a colour is, 0 to 255."""
    return ((rgb >> 16) * 19 + (rgb >> 8 & 0xFF) * 182 + (rgb & 0xFF) * 54) // 255


def _distance(one, other):
    return sum((((one >> shift) & 0xFF) - ((other >> shift) & 0xFF)) ** 2 for shift in (16, 8, 0))


def shown(depth, grayscale=False, inks=None):
    """(0xRRGGBB) -> what a display shows of it: one of its `inks`, one of its greys, or 16 bits of colour."""
    if inks:
        return lambda rgb: min(inks, key=lambda ink: _distance(rgb, ink))
    if depth == 1:
        return lambda rgb: 0xFFFFFF if luma(rgb) >= 128 else 0
    if grayscale:
        top = (1 << depth) - 1
        return lambda rgb: (luma(rgb) >> (8 - depth)) * 255 // top * 0x010101
    if depth == 8:
        return lambda rgb: rgb & 0xE0E0C0
    if depth == 16:
        return lambda rgb: from_565(to_565(rgb))
    return lambda rgb: rgb
