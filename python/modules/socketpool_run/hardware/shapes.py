"""Shapes as rows: (y, first x, x behind the last)."""

from math import ceil, isqrt


def disc(radius):
    """All points that are no farther than `radius` from the origin."""
    for y in range(-radius, radius + 1):
        reach = isqrt(radius * radius - y * y)
        yield y, -reach, reach + 1


def polygon(points):
    """What an odd number of edges is left of; a row belongs to the pixels whose top edge is inside."""
    edges = [(one, other) for one, other in zip(points, points[1:] + points[:1]) if one[1] != other[1]]
    for y in range(min(y for _, y in points), max(y for _, y in points)):
        crossings = sorted(one[0] + (y - one[1]) * (other[0] - one[0]) / (other[1] - one[1])
                           for one, other in edges if min(one[1], other[1]) <= y < max(one[1], other[1]))
        for start, end in zip(crossings[::2], crossings[1::2]):
            if ceil(end) > ceil(start):
                yield y, ceil(start), ceil(end)


def line(x0, y0, x1, y1):
    """The points from one to the other, both included (Bresenham)."""
    across, down = abs(x1 - x0), -abs(y1 - y0)
    step_x, step_y = 1 if x0 < x1 else -1, 1 if y0 < y1 else -1
    error = across + down
    while True:
        yield x0, y0
        if (x0, y0) == (x1, y1):
            return
        twice = 2 * error
        if twice >= down:
            error += down
            x0 += step_x
        if twice <= across:
            error += across
            y0 += step_y


def circle(x, y, radius):
    """The points of a circle's line (midpoint algorithm)."""
    right, down, error = radius, 0, 1 - radius
    points = set()
    while down <= right:
        for a, b in ((right, down), (down, right)):
            points.update({(x + a, y + b), (x - a, y + b), (x + a, y - b), (x - a, y - b)})
        down += 1
        if error < 0:
            error += 2 * down + 1
        else:
            right -= 1
            error += 2 * (down - right) + 1
    return points
