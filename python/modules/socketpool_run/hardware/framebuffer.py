"""Framebuffers: the memory that a display shows."""

from .pins import PinUser


class Framebuffer(PinUser):
    """`width` by `height` pixels of `_depth` bits."""

    def _begin(self, width, height, depth=16):
        self.width, self.height, self._depth = int(width), int(height), depth

    def refresh(self):
        """Shown already."""
        self._check()
