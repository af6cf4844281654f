"""`json`: `load` fills a buffer, as on boards, where CPython's asks for everything at once; `dumps` takes bytes and writes text as it is.

adafruit_requests answers the latter by keeping the text of an answer, after which its `json()` fails at the second call.
"""

import json

from . import Facade

_CHUNK = 512


def make(context, importer):
    return Facade("json", json, load=load, dump=dump, dumps=dumps)


def load(fp, **options):
    """The value in a file or stream."""
    if not hasattr(fp, "readinto"):
        return json.load(fp, **options)
    data, buffer = bytearray(), bytearray(_CHUNK)
    while True:
        count = fp.readinto(buffer)
        if not count:
            return json.loads(data.decode(), **options)
        data += buffer[:count]


def dumps(obj, *, separators=None):
    """A value as JSON: bytes as text, letters beyond ASCII as they are; boards have no other options."""
    return json.dumps(obj, ensure_ascii=False, separators=separators, default=_decode)


def dump(obj, fp, *, separators=None):
    """Write a value as JSON."""
    fp.write(dumps(obj, separators=separators))


def _decode(value):
    if isinstance(value, bytes):
        return value.decode()
    raise TypeError(f"{type(value).__name__} is not JSON")
