"""CircuitPython's `rainbowio`."""

__all__ = ["colorwheel"]


def colorwheel(n):
    """A colour of the rainbow, 0 to 255 and around: red, green, blue and what lies between."""
    n %= 256
    part, place = divmod(n, 85)
    if part > 2:  # 255 and what is above it in fractions
        part, place = 2, n - 170
    rising = min(255, int(place * 3))
    up, down = ((8, 16), (0, 8), (16, 0))[int(part)]
    return rising << up | (255 - rising) << down
