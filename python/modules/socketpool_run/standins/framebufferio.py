"""CircuitPython's `framebufferio`: a display whose memory is here, as LED matrices and displays with a pixel clock have it."""

from socketpool_run.hardware import colors as _colors
from socketpool_run.hardware.screens import LiveScreen as _LiveScreen

__all__ = ["FramebufferDisplay"]


class FramebufferDisplay(_LiveScreen):
    """Shows a group on a framebuffer."""

    def __init__(self, framebuffer, *, rotation=0, auto_refresh=True):
        width, height = framebuffer.width, framebuffer.height
        if rotation % 180:
            width, height = height, width
        depth = getattr(framebuffer, "_depth", 16)
        self._begin("framebufferio", framebuffer, width, height, rotation, _colors.shown(depth, depth < 8))
        self.auto_refresh = bool(auto_refresh)

    @property
    def framebuffer(self):
        """What was given."""
        return self._bus
