"""Writes wheel and sdist so that the same files give the same bytes: sorted, with one date and one mode."""

import base64
import gzip
import hashlib
import io
import os
import tarfile
import time
import zipfile

from project import STEM

# The first date that a zip file can hold, unless the packager says another.
TIME = max(int(os.environ.get("SOURCE_DATE_EPOCH", 0)), 315532800)


def write_wheel(directory, tag, files):
    """Name of the wheel with this tag and these files, and a RECORD of them."""
    record = f"{STEM}.dist-info/RECORD"
    # As the format's authors recommend, what describes the wheel is at its end.
    names = sorted(files, key=lambda name: (".dist-info/" in name, name))
    rows = [f"{name},sha256={_digest(files[name])},{len(files[name])}" for name in names]
    contents = {**{name: files[name] for name in names}, record: "\n".join([*rows, f"{record},,", ""]).encode()}
    wheel = f"{STEM}-{tag}.whl"
    with zipfile.ZipFile(os.path.join(directory, wheel), "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in contents.items():
            archive.writestr(zip_entry(name, 0o755 if name.endswith(".so") else 0o644), data, compresslevel=9)
    return wheel


def zip_entry(name, mode=0o644):
    """An entry of a zip file with the one date."""
    entry = zipfile.ZipInfo(name, time.gmtime(TIME)[:6])
    entry.create_system = 3  # Unix: the mode below counts
    entry.external_attr = (0o100000 | mode) << 16
    entry.compress_type = zipfile.ZIP_DEFLATED
    return entry


def write_sdist(directory, files):
    """Name of the sdist with these files."""
    sdist = f"{STEM}.tar.gz"
    tar = io.BytesIO()
    with tarfile.open(fileobj=tar, mode="w", format=tarfile.PAX_FORMAT) as archive:
        for name in sorted(files):
            entry = tarfile.TarInfo(f"{STEM}/{name}")
            entry.size = len(files[name])
            entry.mtime = TIME
            entry.mode = 0o644
            archive.addfile(entry, io.BytesIO(files[name]))
    with open(os.path.join(directory, sdist), "wb") as file, gzip.GzipFile("", "wb", fileobj=file, mtime=TIME) as packed:
        packed.write(tar.getvalue())
    return sdist


def _digest(data):
    return base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b"=").decode()
