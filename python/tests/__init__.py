"""The tests of the Python modules. `support` puts them on the path, so it is imported before any test."""

from . import support  # noqa: F401
