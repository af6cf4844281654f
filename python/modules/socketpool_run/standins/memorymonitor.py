"""CircuitPython's `memorymonitor`: watches what a board allocates, of which a desk sees nothing."""

__all__ = ["AllocationAlarm", "AllocationError", "AllocationSize"]


class AllocationError(Exception):
    """Something was allocated."""


class AllocationAlarm:
    """Silent."""

    def __init__(self, *, minimum_block_count=1):
        pass

    def ignore(self, count):
        """Itself."""
        return self

    def __enter__(self):
        return self

    def __exit__(self, *_):
        pass


class AllocationSize:
    """Zeros."""

    bytes_per_block = 16

    def __enter__(self):
        return self

    def __exit__(self, *_):
        pass

    def __len__(self):
        return 32

    def __getitem__(self, index):
        return 0
