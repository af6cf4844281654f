"""Arrays in one dimension in plain Python, for `ulab.numpy` where numpy is not installed; what needs more says so."""

import math as _math
from array import array as _array

uint8, int8, uint16, int16, float = "B", "b", "H", "h", "d"  # noqa: A001 - ulab's names
bool = "?"  # noqa: A001
_sum, _min, _max = sum, min, max  # those of Python; below, ulab's have these names
pi, e, inf, nan = _math.pi, _math.e, _math.inf, _math.nan


class ndarray:
    """Numbers in a row; arithmetic is element by element."""

    def __init__(self, values, dtype=None):
        values = list(values)
        if values and isinstance(values[0], (list, tuple, ndarray)):
            raise NotImplementedError("more than one dimension needs numpy at a desk: pip install numpy")
        self.dtype = dtype or float
        self._data = values if self.dtype == bool else _array(self.dtype, values if self.dtype == float else map(int, values))

    def __len__(self):
        return len(self._data)

    @property
    def shape(self):
        """(length,)."""
        return (len(self),)

    @property
    def size(self):
        """How many there are."""
        return len(self)

    def __iter__(self):
        return iter(self._data)

    def __getitem__(self, index):
        found = self._data[index]
        return ndarray(found, self.dtype) if isinstance(index, slice) else found

    def __setitem__(self, index, value):
        if isinstance(index, slice):
            count = len(range(*index.indices(len(self))))
            values = list(value) if hasattr(value, "__iter__") else [value] * count
            for place, each in zip(range(*index.indices(len(self))), values):
                self._data[place] = each
        else:
            self._data[index] = value

    def _with(self, other, operation):
        others = list(other) if hasattr(other, "__iter__") else [other] * len(self)
        if len(others) != len(self):
            raise ValueError("operands could not be broadcast together")
        return ndarray(operation(one, two) for one, two in zip(self, others))

    def __add__(self, other):
        return self._with(other, lambda one, two: one + two)

    def __sub__(self, other):
        return self._with(other, lambda one, two: one - two)

    def __rsub__(self, other):
        return self._with(other, lambda one, two: two - one)

    def __mul__(self, other):
        return self._with(other, lambda one, two: one * two)

    def __truediv__(self, other):
        return self._with(other, lambda one, two: one / two)

    def __rtruediv__(self, other):
        return self._with(other, lambda one, two: two / one)

    def __pow__(self, other):
        return self._with(other, lambda one, two: one**two)

    __radd__, __rmul__ = __add__, __mul__

    def __neg__(self):
        return ndarray(-each for each in self)

    def tolist(self):
        """A list of the numbers."""
        return list(self)

    def tobytes(self):
        """The bytes of the numbers."""
        return self._data.tobytes()

    def __repr__(self):
        return f"array({list(self)})"


class _Shared(ndarray):
    """An array on somebody's buffer: what is written is written there."""

    def __init__(self, view, dtype):
        self._data, self.dtype = view, dtype


def array(values, dtype=None):
    """An array of numbers."""
    return ndarray(values, dtype)


def frombuffer(buffer, *, dtype=float, count=-1, offset=0):
    """An array on a buffer."""
    view = memoryview(buffer).cast("B")[offset:].cast(dtype)
    return _Shared(view if count < 0 else view[:count], dtype)


def zeros(count, dtype=None):
    """So many zeros."""
    return full(count, 0, dtype)


def ones(count, dtype=None):
    """So many ones."""
    return full(count, 1, dtype)


def full(count, value, dtype=None):
    """So many of one."""
    return ndarray([value] * (count[0] if isinstance(count, tuple) and len(count) == 1 else count), dtype)


def arange(start, stop=None, step=1, *, dtype=None):
    """Numbers from start on, below stop."""
    start, stop = (0, start) if stop is None else (start, stop)
    return ndarray([start + step * place for place in range(_max(0, _math.ceil((stop - start) / step)))], dtype)


def linspace(start, stop, *, num=50, endpoint=True, dtype=None):
    """So many numbers at equal distances."""
    steps = _max(1, num - 1 if endpoint else num)
    return ndarray([start + (stop - start) * place / steps for place in range(num)], dtype)


def concatenate(arrays):
    """One after the other."""
    return ndarray([value for each in arrays for value in each], arrays[0].dtype)


def sum(values):  # noqa: A001
    """Of all."""
    return _sum(values)


def min(values):  # noqa: A001
    """The least."""
    return _min(values)


def max(values):  # noqa: A001
    """The greatest."""
    return _max(values)


def argmin(values):
    """Where the least is."""
    return list(values).index(_min(values))


def argmax(values):
    """Where the greatest is."""
    return list(values).index(_max(values))


def mean(values):
    """The sum by the count."""
    return _sum(values) / len(values)


def std(values):
    """The standard deviation, of the whole population."""
    middle = mean(values)
    return _math.sqrt(_sum((value - middle) ** 2 for value in values) / len(values))


def median(values):
    """The one in the middle."""
    ordered = sorted(values)
    half = len(ordered) // 2
    return ordered[half] if len(ordered) % 2 else (ordered[half - 1] + ordered[half]) / 2


def clip(values, low, high):
    """Each within limits."""
    return ndarray(_min(_max(value, low), high) for value in values)


def _each(function):
    def apply(values):
        return ndarray(map(function, values)) if hasattr(values, "__iter__") else function(values)

    apply.__doc__ = f"{function.__name__} of each."
    return apply


sin, cos, tan, sqrt, exp, log, log10, floor, ceil = map(_each, (_math.sin, _math.cos, _math.tan, _math.sqrt, _math.exp, _math.log, _math.log10, _math.floor, _math.ceil))


def __getattr__(name):
    if name.startswith("__"):
        raise AttributeError(name)
    raise AttributeError(f"ulab.numpy.{name} needs numpy at a desk: pip install numpy")
