"""CircuitPython's `cyw43` of boards with that radio: its pins and its power."""

from socketpool_run.hardware.pins import Pin as CywPin

__all__ = ["CywPin", "PM_AGGRESSIVE", "PM_DISABLED", "PM_PERFORMANCE", "PM_STANDARD", "get_power_management", "set_power_management"]

PM_STANDARD, PM_AGGRESSIVE, PM_PERFORMANCE, PM_DISABLED = 0xA11142, 0xA11C82, 0x111022, 0xA11140

_power_management = PM_STANDARD


def set_power_management(value):
    """Kept."""
    global _power_management
    _power_management = value


def get_power_management():
    """What was set."""
    return _power_management
