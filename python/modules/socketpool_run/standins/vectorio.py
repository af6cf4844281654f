"""CircuitPython's `vectorio`: shapes that are drawn from numbers."""

from socketpool_run.hardware import shapes as _shapes

__all__ = ["Circle", "Polygon", "Rectangle"]


class _Shape:
    _is_shared = True

    def _begin(self, pixel_shader, x, y, color_index):
        if not hasattr(pixel_shader, "_rgb"):
            raise TypeError("pixel_shader must be of type Palette or ColorConverter")
        self.pixel_shader, self.color_index = pixel_shader, color_index
        self.x, self.y, self.hidden = int(x), int(y), False
        self._parent = None

    @property
    def location(self):
        """(x, y) in the group."""
        return self.x, self.y

    @location.setter
    def location(self, value):
        self.x, self.y = value

    def contains(self, touch_tuple):
        """Whether a point of the group is within the shape."""
        x, y = touch_tuple[0] - self.x, touch_tuple[1] - self.y
        return any(start <= x < end for row, start, end in self._spans() if row == y)

    def _draw(self, canvas, x, y, scale):
        color = None if self.hidden else self.pixel_shader._rgb(self.color_index)
        if color is None:
            return
        left, top = x + self.x * scale, y + self.y * scale
        for row, start, end in self._spans():
            canvas.fill(left + start * scale, top + row * scale, (end - start) * scale, scale, color)


class Circle(_Shape):
    """A disc around its place."""

    def __init__(self, pixel_shader, radius, x, y, color_index=0):
        self._begin(pixel_shader, x, y, color_index)
        self.radius = radius

    @property
    def radius(self):
        """In pixels."""
        return self._radius

    @radius.setter
    def radius(self, value):
        if value < 1:
            raise ValueError("radius must be >= 1")
        self._radius = int(value)

    def _spans(self):
        return _shapes.disc(self._radius)


class Rectangle(_Shape):
    """A rectangle with its corner at its place."""

    def __init__(self, pixel_shader, width, height, x, y, color_index=0):
        self._begin(pixel_shader, x, y, color_index)
        self.width, self.height = width, height

    @property
    def width(self):
        """In pixels."""
        return self._width

    @width.setter
    def width(self, value):
        if value < 1:
            raise ValueError("width must be >= 1")
        self._width = int(value)

    @property
    def height(self):
        """In pixels."""
        return self._height

    @height.setter
    def height(self, value):
        if value < 1:
            raise ValueError("height must be >= 1")
        self._height = int(value)

    def _spans(self):
        return ((row, 0, self._width) for row in range(self._height))


class Polygon(_Shape):
    """The inside of a line through points, counted from its place."""

    def __init__(self, pixel_shader, points, x, y, color_index=0):
        self._begin(pixel_shader, x, y, color_index)
        self.points = points

    @property
    def points(self):
        """A list of (x, y), three at least."""
        return self._points

    @points.setter
    def points(self, value):
        if len(value) < 3:
            raise ValueError("Polygon needs at least 3 points")
        self._points = [(int(x), int(y)) for x, y in value]

    def _spans(self):
        return _shapes.polygon(self._points)
