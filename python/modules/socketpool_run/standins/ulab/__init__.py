"""`ulab`: its `numpy` is the installed one; without it, one of lists in one dimension, enough for means and buffers."""

from . import numpy

__all__ = ["numpy"]
__version__ = "6.0.0-2D-c"
