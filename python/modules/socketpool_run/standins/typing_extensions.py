"""What libraries for boards take from `typing_extensions`: CPython's `typing`, and the few names that an older one lacks."""

import typing as _typing


def override(function):
    """The function."""
    return function


def deprecated(message, **_):
    """A decorator that changes nothing."""
    return lambda wrapped: wrapped


def __getattr__(name):
    return getattr(_typing, name)
