"""CircuitPython's `usb_hid`: keys and movements that no computer receives; the report counts them."""

from socketpool_run.hardware.desk import asked as _asked

__all__ = ["Device", "devices", "disable", "enable", "get_boot_device", "set_interface_name"]


class Device:
    """A keyboard, a mouse, or what its descriptor says."""

    def __init__(self, *, report_descriptor, usage_page, usage, report_ids, in_report_lengths, out_report_lengths):
        if not len(report_ids) == len(in_report_lengths) == len(out_report_lengths):
            raise ValueError("report_ids, in_report_lengths and out_report_lengths must be of one length")
        self.usage_page, self.usage, self._ids = usage_page, usage, tuple(report_ids)
        self._lengths = dict(zip(report_ids, in_report_lengths))

    def send_report(self, report, report_id=None):
        """Count it."""
        report_id = self._ids[0] if report_id is None else report_id
        if report_id not in self._lengths:
            raise ValueError("report_id out of range")
        if len(memoryview(report).cast("B")) != self._lengths[report_id]:
            raise ValueError(f"Buffer incorrect size. Should be {self._lengths[report_id]} bytes.")
        _asked("usb_hid", f"report of usage {self.usage_page:#x}:{self.usage:#x}")

    def get_last_received_report(self, report_id=None):
        """None: nobody sends one."""
        return None


def _device(usage, number, length, out=0):
    return Device(report_descriptor=b"", usage_page=0x0C if number == 3 else 0x01, usage=usage, report_ids=(number,), in_report_lengths=(length,),
                  out_report_lengths=(out,))


Device.KEYBOARD, Device.MOUSE, Device.CONSUMER_CONTROL = _device(0x06, 1, 8, 1), _device(0x02, 2, 4), _device(0x01, 3, 2)
devices = (Device.KEYBOARD, Device.MOUSE, Device.CONSUMER_CONTROL)


def disable():
    """No devices."""
    global devices
    devices = ()


def enable(devices, boot_device=0):
    """These devices."""
    globals()["devices"] = tuple(devices)


def get_boot_device():
    """0: none."""
    return 0


def set_interface_name(interface_name):
    """Without effect."""
