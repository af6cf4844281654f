"""`os`: a board's, on the drive."""

import os
from collections import namedtuple
from errno import EEXIST, EROFS

from . import Facade

# A board's flash, half of it free: programs take a larger drive for one that an old version has made.
_BLOCK = 512
_BLOCKS = 1900

_Uname = namedtuple("uname_result", "sysname nodename release version machine")

_CARD = "/sd"  # boards make this folder on a new drive, for a card that may come


def make(context, importer):
    drive = context.drive

    def listdir(dir=None):
        try:
            return drive.call(os.listdir, drive.working_directory if dir is None else dir)
        except FileNotFoundError:
            if dir is not None and drive.absolute(dir) == _CARD:
                return []
            raise

    def stat(path):
        found = drive.call(os.stat, path)
        return (found.st_mode & 0o170000, 0, 0, 0, 0, 0, found.st_size if not found.st_mode & 0o040000 else 0, *(int(found.st_mtime),) * 3)

    def statvfs(path):
        drive.call(os.stat, path)
        return (_BLOCK, _BLOCK, _BLOCKS, _BLOCKS // 2, _BLOCKS // 2, 0, 0, 0, 0, 255)

    def rename(old_path, new_path):
        new = drive.resolve(new_path, writes=True)
        if os.path.lexists(new):
            raise OSError(EEXIST, os.strerror(EEXIST), new_path)
        drive.call(lambda old: os.rename(old, new), old_path, writes=True)

    def mkdir(path):
        if drive.absolute(path) == "/sd":
            # Not resolved: looking for it would make it.
            drive.call(lambda root: os.mkdir(os.path.join(root, "sd")), "/", writes=True)
        else:
            drive.call(os.mkdir, path, writes=True)

    def rmdir(path):
        if drive.absolute(path) == "/":
            raise OSError(EROFS, "the drive's root stays", path)
        drive.call(os.rmdir, path, writes=True)

    def remove(path):
        drive.call(os.remove, path, writes=True)

    def utime(path, times):
        drive.call(os.utime, path, times, writes=True)

    def uname():
        release = ".".join(map(str, context.board.version))
        return _Uname(context.board.platform, context.board.platform, release, f"{release} on a desk", context.board.machine)

    return Facade(
        "os",
        chdir=drive.change_directory,
        getcwd=lambda: drive.working_directory,
        getenv=lambda key, default=None: context.settings.get(key, default),
        listdir=listdir,
        mkdir=mkdir,
        remove=remove,
        rename=rename,
        rmdir=rmdir,
        sep="/",
        stat=stat,
        statvfs=statvfs,
        sync=lambda: None,
        uname=uname,
        unlink=remove,
        urandom=os.urandom,
        utime=utime,
    )
