"""`ulab`: its `numpy` is the installed one; without it, importing fails and says so."""

try:
    import numpy
except ImportError:
    raise ImportError("ulab needs numpy at a desk: pip install numpy", name="ulab") from None

__all__ = ["numpy"]
__version__ = "6.0.0-2D-c"
