"""Layers on top of each other, moved and enlarged together."""


class Group:
    """A list of layers: tile grids, vector shapes and other groups; the last is on top."""

    _is_shared = False  # whether a layer may be in several groups

    def __init__(self, *, scale=1, x=0, y=0):
        if not isinstance(scale, int) or not 1 <= scale <= 32767:
            raise ValueError("scale must be 1-32767")
        self._layers = []
        self._scale = scale
        self._x, self._y = int(x), int(y)
        self._parent = None
        self.hidden = False

    @property
    def scale(self):
        """How many pixels of the display a pixel of the layers is wide and high."""
        return self._scale

    @scale.setter
    def scale(self, value):
        if not 1 <= value <= 32767:
            raise ValueError("scale must be 1-32767")
        self._scale = int(value)

    @property
    def x(self):
        """The place in the parent."""
        return self._x

    @x.setter
    def x(self, value):
        self._x = int(value)

    @property
    def y(self):
        """The place in the parent."""
        return self._y

    @y.setter
    def y(self, value):
        self._y = int(value)

    def _take(self, layer):
        if not callable(getattr(layer, "_draw", None)):
            raise ValueError("Layer must be a Group or TileGrid subclass")
        if layer._parent is not None and not layer._is_shared:
            raise ValueError("Layer already in a group")
        above = self
        while above is not None:
            if above is layer:
                raise ValueError("Layer already in a group")
            above = above._parent
        layer._parent = self
        return layer

    def append(self, layer):
        """Put a layer on top."""
        self._layers.append(self._take(layer))

    def insert(self, index, layer):
        """Put a layer below the one that has this index now."""
        self._layers.insert(index, self._take(layer))

    def index(self, layer):
        """Where a layer is; ValueError if it is not here."""
        for place, mine in enumerate(self._layers):
            if mine is layer:
                return place
        raise ValueError("object not in sequence")

    def pop(self, i=-1):
        """Take a layer out."""
        if not self._layers:
            raise IndexError("pop from empty Group")
        layer = self._layers.pop(i)
        layer._parent = None
        return layer

    def remove(self, layer):
        """Take this layer out; ValueError if it is not here."""
        self.pop(self.index(layer))

    def sort(self, key=None, reverse=False):
        """Order the layers as `list.sort` does."""
        self._layers.sort(key=key, reverse=reverse)

    def __bool__(self):
        return bool(self._layers)

    def __len__(self):
        return len(self._layers)

    def __iter__(self):
        return iter(self._layers)

    def __contains__(self, layer):
        return any(mine is layer for mine in self._layers)

    def __getitem__(self, index):
        return self._layers[index]

    def __setitem__(self, index, layer):
        old = self._layers[index]
        if layer is not old:
            self._layers[index] = self._take(layer)
            old._parent = None

    def __delitem__(self, index):
        self._layers[index]._parent = None
        del self._layers[index]

    def _draw(self, canvas, x, y, scale):
        if self.hidden:
            return
        x, y, below = x + self._x * scale, y + self._y * scale, scale * self._scale
        for layer in self._layers:
            layer._draw(canvas, x, y, below)
