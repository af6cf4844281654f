"""Pages of timelines: the native module writes their data uncompressed, and Python's zlib compresses it."""

import base64
import gzip
import os
import re

# A gzip file in base64.
_DATA = re.compile(rb"H4sI[A-Za-z0-9+/]{100,}={0,2}")


def compress(path):
    """Compress the data of a page that was written just now. A page that is not there, or already small, stays as it is."""
    try:
        with open(path, "rb") as file:
            page = file.read()
    except FileNotFoundError:
        return
    found = _DATA.search(page)
    if found is None:
        return
    data = base64.b64encode(gzip.compress(gzip.decompress(base64.b64decode(found[0])), mtime=0))
    if len(data) < len(found[0]):
        with open(path, "wb") as file:
            file.write(page[:found.start()] + data + page[found.end():])


def compress_if_there(path):
    """The same for a path that may be None."""
    if path is not None:
        compress(os.fspath(path))
