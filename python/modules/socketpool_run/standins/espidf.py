"""CircuitPython's `espidf`: numbers of the chip's memory, those of a board with 2 MiB of it beside the chip."""

import builtins as _builtins

__all__ = ["IDFError", "MemoryError", "erase_nvs", "get_reserved_psram", "get_total_psram", "heap_caps_get_free_size", "heap_caps_get_largest_free_block",
           "heap_caps_get_total_size"]


class IDFError(OSError):
    """An error of the chip's own software."""


class MemoryError(_builtins.MemoryError):  # noqa: A001 - its name on boards
    """Its memory is full."""


def heap_caps_get_total_size():
    """Bytes."""
    return 320 * 1024


def heap_caps_get_free_size():
    """Bytes."""
    return 200 * 1024


def heap_caps_get_largest_free_block():
    """Bytes."""
    return 110 * 1024


def get_total_psram():
    """Bytes."""
    return 2 * 1024 * 1024


def get_reserved_psram():
    """Bytes that settings.toml keeps from the program; none."""
    return 0


def erase_nvs():
    """Without effect."""
