"""CircuitPython's `bitmaptools`: whole bitmaps at a time."""

import math as _math
from array import array as _array

from socketpool_run.hardware import colors as _colors
from socketpool_run.hardware import shapes as _shapes
from socketpool_run.hardware.enums import Choice as _Choice

__all__ = ["BlendMode", "DitherAlgorithm", "alphablend", "arrayblit", "blit", "boundary_fill", "dither", "draw_circle", "draw_line", "draw_polygon",
           "fill_region", "readinto", "replace_color", "rotozoom"]


class BlendMode(_Choice):
    """How two pictures become one."""


class DitherAlgorithm(_Choice):
    """Who gets what is left over of a pixel."""


BlendMode._make("Normal", "Screen")
DitherAlgorithm._make("Atkinson", "FloydStenberg")


def _inside(bitmap, x, y):
    return 0 <= x < bitmap.width and 0 <= y < bitmap.height


def _plot(bitmap, points, value):
    _check(bitmap, value)
    for x, y in points:
        if _inside(bitmap, x, y):
            bitmap[x, y] = value


def _check(bitmap, value):
    if value >> bitmap.bits_per_value:
        raise ValueError("out of range of target")


def blit(dest_bitmap, source_bitmap, x, y, *, x1=0, y1=0, x2=None, y2=None, skip_source_index=None, skip_dest_index=None):
    """Copy a part of a bitmap, without some values, and not over some values."""
    if dest_bitmap.bits_per_value < source_bitmap.bits_per_value:
        raise ValueError("source palette too large")
    x2 = source_bitmap.width if x2 is None else x2
    y2 = source_bitmap.height if y2 is None else y2
    rows = range(y1, min(y2, source_bitmap.height))
    columns = range(x1, min(x2, source_bitmap.width))
    copied = [(column, row, source_bitmap[column, row]) for row in rows for column in columns]  # the two may be one bitmap
    for column, row, value in copied:
        at = x + column - x1, y + row - y1
        if value != skip_source_index and _inside(dest_bitmap, *at) and (skip_dest_index is None or dest_bitmap[at] != skip_dest_index):
            dest_bitmap[at] = value


def rotozoom(dest_bitmap, source_bitmap, *, ox=None, oy=None, dest_clip0=None, dest_clip1=None, px=None, py=None, source_clip0=None,
             source_clip1=None, angle=None, scale=None, skip_index=None):
    """Put `source_bitmap`, turned by `angle` (radians) around (px, py) and enlarged, so that this point is at (ox, oy)."""
    ox = dest_bitmap.width // 2 if ox is None else ox
    oy = dest_bitmap.height // 2 if oy is None else oy
    px = source_bitmap.width // 2 if px is None else px
    py = source_bitmap.height // 2 if py is None else py
    angle, scale = angle or 0.0, 1.0 if scale is None else scale
    left, top = dest_clip0 or (0, 0)
    right, bottom = dest_clip1 or (dest_bitmap.width, dest_bitmap.height)
    (from_x, from_y), (to_x, to_y) = source_clip0 or (0, 0), source_clip1 or (source_bitmap.width, source_bitmap.height)
    sine, cosine = _math.sin(angle) / scale, _math.cos(angle) / scale
    for y in range(max(top, 0), min(bottom, dest_bitmap.height)):
        for x in range(max(left, 0), min(right, dest_bitmap.width)):
            at_x = int(_math.floor(px + (x - ox) * cosine + (y - oy) * sine + 1e-9))
            at_y = int(_math.floor(py - (x - ox) * sine + (y - oy) * cosine + 1e-9))
            if from_x <= at_x < to_x and from_y <= at_y < to_y:
                value = source_bitmap[at_x, at_y]
                if value != skip_index:
                    dest_bitmap[x, y] = value


def fill_region(dest_bitmap, x1, y1, x2, y2, value):
    """Fill a rectangle; its second corner is outside of it."""
    _check(dest_bitmap, value)
    (x1, x2), (y1, y2) = sorted((x1, x2)), sorted((y1, y2))
    _plot(dest_bitmap, ((x, y) for y in range(max(y1, 0), min(y2, dest_bitmap.height)) for x in range(max(x1, 0), min(x2, dest_bitmap.width))), value)


def boundary_fill(dest_bitmap, x, y, fill_color_value, replaced_color_value=None):
    """Fill what hangs together around a point and has one value."""
    _check(dest_bitmap, fill_color_value)
    replaced = dest_bitmap[x, y] if replaced_color_value is None else replaced_color_value
    if replaced == fill_color_value:
        return
    waiting = [(x, y)]
    while waiting:
        at = waiting.pop()
        if _inside(dest_bitmap, *at) and dest_bitmap[at] == replaced:
            dest_bitmap[at] = fill_color_value
            waiting += [(at[0] + 1, at[1]), (at[0] - 1, at[1]), (at[0], at[1] + 1), (at[0], at[1] - 1)]


def draw_line(dest_bitmap, x1, y1, x2, y2, value):
    """A line with both its ends."""
    _plot(dest_bitmap, _shapes.line(x1, y1, x2, y2), value)


def draw_polygon(dest_bitmap, xs, ys, value, close=True):
    """Lines from point to point, and back to the first."""
    points = list(zip(xs, ys))
    for one, other in zip(points, points[1:] + (points[:1] if close else [])):
        draw_line(dest_bitmap, *one, *other, value)


def draw_circle(dest_bitmap, x, y, radius, value):
    """The line of a circle."""
    _plot(dest_bitmap, _shapes.circle(x, y, radius), value)


def replace_color(dest_bitmap, old_color, new_color):
    """Another value everywhere in place of one."""
    for place in range(dest_bitmap.width * dest_bitmap.height):
        if dest_bitmap[place] == old_color:
            dest_bitmap[place] = new_color


def arrayblit(bitmap, data, x1=0, y1=0, x2=None, y2=None, skip_index=None):
    """Fill a rectangle row by row from an array."""
    x2 = bitmap.width if x2 is None else x2
    y2 = bitmap.height if y2 is None else y2
    values = memoryview(data)
    if len(values) < (x2 - x1) * (y2 - y1):
        raise IndexError("index out of range")
    mask = (1 << bitmap.bits_per_value) - 1
    places = ((x, y) for y in range(y1, y2) for x in range(x1, x2))
    for at, value in zip(places, values):
        if value != skip_index:
            bitmap[at] = value & mask


def readinto(bitmap, file, bits_per_pixel, element_size=1, reverse_pixels_in_element=False, swap_bytes_in_element=False, reverse_rows=False):
    """Fill a bitmap from a file's bytes: rows are padded to whole elements."""
    if bits_per_pixel not in (1, 2, 4, 8, 16, 24, 32) or element_size not in (1, 2, 4):
        raise ValueError("Invalid bits_per_pixel or element_size")
    stride = (bitmap.width * bits_per_pixel + 8 * element_size - 1) // (8 * element_size) * element_size
    rows = range(bitmap.height - 1, -1, -1) if reverse_rows else range(bitmap.height)
    mask = (1 << bitmap.bits_per_value) - 1
    for y in rows:
        data = file.read(stride)
        if len(data) < stride:
            raise EOFError()
        for x, value in zip(range(bitmap.width), _values(data, bits_per_pixel, element_size, reverse_pixels_in_element, swap_bytes_in_element)):
            bitmap[x, y] = value & mask


def _values(data, bits, element_size, reverse, swap):
    if swap and element_size > 1:
        data = b"".join(data[at : at + element_size][::-1] for at in range(0, len(data), element_size))
    if bits >= 8:
        size, order = bits // 8, "big" if bits == 24 else "little"
        return (int.from_bytes(data[at : at + size], order) for at in range(0, len(data) - size + 1, size))
    each = 8 // bits
    places = range(each - 1, -1, -1) if reverse else range(each)  # without, the first pixel is the lowest bit
    return (byte >> place * bits & (1 << bits) - 1 for byte in data for place in places)


def alphablend(dest_bitmap, source_bitmap_1, source_bitmap_2, colorspace, factor1=0.5, factor2=None, blendmode=BlendMode.Normal,
               skip_source1_index=None, skip_source2_index=None, mask=None):
    """Mix two pictures of 16 or 8 bits."""
    decode, encode = _codec(colorspace)
    factor2 = 1 - factor1 if factor2 is None else factor2
    for place in range(dest_bitmap.width * dest_bitmap.height):
        one, other = source_bitmap_1[place], source_bitmap_2[place]
        if mask is not None and not mask[place] or other == skip_source2_index:
            dest_bitmap[place] = one
        elif one == skip_source1_index:
            dest_bitmap[place] = other
        else:
            dest_bitmap[place] = encode(_mix(decode(one), decode(other), factor1, factor2, blendmode))


def _mix(one, other, factor1, factor2, mode):
    result = 0
    for shift in (16, 8, 0):
        a, b = (one >> shift & 0xFF) * factor1, (other >> shift & 0xFF) * factor2
        value = a + b if mode is BlendMode.Normal else 255 - (255 - a) * (255 - b) / 255
        result |= max(0, min(255, int(value))) << shift
    return result


def _codec(colorspace):
    name = colorspace._name
    decode = _colors.decoder(name)
    if name == "L8":
        return decode, _colors.luma

    def encode(rgb):
        if name.startswith("BGR"):
            rgb = (rgb & 0xFF) << 16 | rgb & 0xFF00 | rgb >> 16
        value = _colors.to_565(rgb) if "565" in name else (rgb >> 9 & 0x7C00) | (rgb >> 6 & 0x03E0) | (rgb >> 3 & 0x1F)
        return (value & 0xFF) << 8 | value >> 8 if name.endswith("_SWAPPED") else value

    return decode, encode


_SPREAD = {  # (dx, dy, share) of what is left over
    "Atkinson": [(1, 0, 1 / 8), (2, 0, 1 / 8), (-1, 1, 1 / 8), (0, 1, 1 / 8), (1, 1, 1 / 8), (0, 2, 1 / 8)],
    "FloydStenberg": [(1, 0, 7 / 16), (-1, 1, 3 / 16), (0, 1, 5 / 16), (1, 1, 1 / 16)],
}


def dither(dest_bitmap, source_bitmap, source_colorspace, algorithm=DitherAlgorithm.Atkinson):
    """Make two values of many, so that they are as bright in the mean."""
    decode = _colors.decoder(source_colorspace._name)
    width, height = dest_bitmap.width, dest_bitmap.height
    light = _array("d", (float(_colors.luma(decode(source_bitmap[place]))) for place in range(width * height)))
    high = 1 if dest_bitmap.bits_per_value == 1 else (1 << dest_bitmap.bits_per_value) - 1
    for y in range(height):
        for x in range(width):
            value = light[y * width + x]
            bright = value >= 128
            dest_bitmap[x, y] = high if bright else 0
            rest = value - (255 if bright else 0)
            for dx, dy, share in _SPREAD[algorithm._name]:
                if 0 <= x + dx < width and y + dy < height:
                    light[(y + dy) * width + x + dx] += rest * share
