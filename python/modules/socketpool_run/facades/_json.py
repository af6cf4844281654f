"""`json`: `load` fills a buffer, as on boards, where CPython's asks for everything at once.

adafruit_requests answers the latter by keeping the text of an answer, after which its `json()` fails at the second call.
"""

import json

from . import Facade

_CHUNK = 512


def make(context, importer):
    return Facade("json", json, load=load)


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
