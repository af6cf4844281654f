"""CircuitPython's `usb_midi`: music that no computer receives; the report counts it."""

from socketpool_run.hardware.desk import asked as _asked

__all__ = ["PortIn", "PortOut", "disable", "enable", "ports", "set_names"]


class PortIn:
    """Nobody plays."""

    def read(self, nbytes=None):
        """None."""
        return None

    def readinto(self, buf, nbytes=None):
        """None."""
        return None


class PortOut:
    """Nobody hears."""

    def write(self, buf):
        """How many bytes it was."""
        _asked("usb_midi", "message sent")
        return len(buf)


ports = (PortIn(), PortOut())


def enable():
    """Without effect."""


def disable():
    """No ports."""
    global ports
    ports = ()


def set_names(*, streaming_interface_name=None, audio_control_interface_name=None, in_jack_name=None, out_jack_name=None):
    """Without effect."""
