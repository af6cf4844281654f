"""CircuitPython's `storage`: the drive, and cards, which are folders of the drive here."""

import os as _os

from socketpool_run.context import context as _context
from socketpool_run.hardware.desk import asked as _asked
from socketpool_run.hardware.desk import path as _path

__all__ = ["VfsFat", "disable_usb_drive", "enable_usb_drive", "erase_filesystem", "getmount", "mount", "remount", "umount", "unsafe_disable_usb_drive"]


class VfsFat:
    """A file system on a card: the folder of the drive where it is mounted."""

    def __init__(self, block_device=None):
        self._device = block_device
        self._at = None
        self.label = "CIRCUITPY" if block_device is None else "SD"

    @property
    def readonly(self):
        """Whether the program may write."""
        return self._at == "/" and bool(_context.drive is not None and _context.drive.is_read_only)

    @staticmethod
    def mkfs(block_device):
        """Without effect."""
        _asked("storage", "mkfs")

    def _real(self, path):
        if self._at is None:
            raise OSError(19, "No such device")
        return _path(self._at.rstrip("/") + "/" + path.lstrip("/"))

    def open(self, path, mode):
        """A file of it."""
        return open(self._real(path), mode)

    def ilistdir(self, path):
        """(name, type, inode, size) of each entry; 0x4000 is a folder."""
        for entry in _os.scandir(self._real(path)):
            yield (entry.name, 0x4000, 0, 0) if entry.is_dir() else (entry.name, 0x8000, 0, entry.stat().st_size)

    def mkdir(self, path):
        """Make a folder."""
        _os.mkdir(self._real(path))

    def rmdir(self, path):
        """Remove an empty folder."""
        _os.rmdir(self._real(path))

    def stat(self, path):
        """As `os.stat`, ten numbers."""
        return tuple(_os.stat(self._real(path)))

    def statvfs(self, path):
        """As `os.statvfs`, ten numbers."""
        return tuple(_os.statvfs(self._real(path)))[:10]

    def mount(self, readonly, mkfs):
        """Without effect: `storage.mount` tells where."""

    def umount(self):
        """As `storage.umount`."""
        self._at = None


_mounts = {"/": VfsFat()}
_mounts["/"]._at = "/"


def mount(filesystem, mount_path, *, readonly=False):
    """Show a card's files at a path; the folder of that name on the drive stands for the card."""
    if not mount_path.startswith("/"):
        raise ValueError("mount_path must start with '/'")
    if mount_path in _mounts:
        raise OSError(1, "Operation not permitted")
    folder = _path(mount_path)
    if not _os.path.isdir(folder):
        _os.mkdir(folder)
    _mounts[mount_path] = filesystem
    try:
        filesystem._at = mount_path
    except AttributeError:
        pass
    _asked("storage", "mount", mount_path)


def umount(mount):
    """Take a card away by its path or its file system."""
    for path, filesystem in list(_mounts.items()):
        if path != "/" and (mount == path or mount is filesystem):
            del _mounts[path]
            return
    raise OSError(22, "Invalid argument")


def getmount(mount_path):
    """What is mounted at a path."""
    if mount_path not in _mounts:
        raise OSError(19, "No such device")
    return _mounts[mount_path]


def remount(mount_path, readonly=False, *, disable_concurrent_write_protection=False):
    """Let the program write to the drive, or no longer."""
    if mount_path not in _mounts:
        raise OSError(19, "No such device")
    if mount_path == "/" and _context.drive is not None:
        _context.drive.is_read_only = bool(readonly)
    _asked("storage", "remount", f"{mount_path} {'read-only' if readonly else 'writable'}")


def erase_filesystem(extended=None):
    """Refused: the drive is a folder of the machine."""
    _asked("storage", "erase_filesystem")
    raise RuntimeError("erase_filesystem is refused at a desk: the drive is a folder with your files")


def disable_usb_drive():
    """Without effect: there is no USB."""
    _asked("storage", "disable_usb_drive")


def unsafe_disable_usb_drive():
    """Without effect: there is no USB."""
    _asked("storage", "unsafe_disable_usb_drive")


def enable_usb_drive():
    """Without effect: there is no USB."""
    _asked("storage", "enable_usb_drive")
