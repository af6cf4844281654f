"""CircuitPython's `msgpack`: MessagePack, to and from streams."""

import struct as _struct

__all__ = ["ExtType", "pack", "unpack"]


class ExtType:
    """Bytes of a kind of one's own."""

    def __init__(self, code, data):
        if not -128 <= code <= 127:
            raise ValueError("code outside range 0~127")
        self.code, self.data = code, bytes(data)


def pack(obj, stream, *, default=None):
    """Write a value."""
    stream.write(_packed(obj, default))


def _packed(obj, default):
    if obj is None:
        return b"\xc0"
    if isinstance(obj, bool):
        return b"\xc3" if obj else b"\xc2"
    if isinstance(obj, int):
        return _number(obj)
    if isinstance(obj, float):
        return _struct.pack(">Bf", 0xCA, obj)  # boards have no more than 32 bits
    if isinstance(obj, str):
        data = obj.encode()
        return _head(len(data), ((0xA0, 31),), (0xD9, 0xDA, 0xDB)) + data
    if isinstance(obj, (bytes, bytearray, memoryview)):
        return _head(len(obj), (), (0xC4, 0xC5, 0xC6)) + bytes(obj)
    if isinstance(obj, (list, tuple)):
        return _head(len(obj), ((0x90, 15),), (None, 0xDC, 0xDD)) + b"".join(_packed(each, default) for each in obj)
    if isinstance(obj, dict):
        return _head(len(obj), ((0x80, 15),), (None, 0xDE, 0xDF)) + b"".join(_packed(key, default) + _packed(value, default) for key, value in obj.items())
    if isinstance(obj, ExtType):
        size = len(obj.data)
        start = bytes([0xD4 + size.bit_length() - 1]) if size in (1, 2, 4, 8, 16) else _head(size, (), (0xC7, 0xC8, 0xC9))
        return start + _struct.pack("b", obj.code) + obj.data
    if default is not None:
        return _packed(default(obj), default)
    raise ValueError("no default packer")


def _head(size, short, codes):
    for base, most in short:
        if size <= most:
            return bytes([base | size])
    for code, form, most in zip(codes, ("B", "H", "I"), (0xFF, 0xFFFF, 0xFFFFFFFF)):
        if code is not None and size <= most:
            return _struct.pack(">B" + form, code, size)
    raise ValueError("too long")


def _number(value):
    if -32 <= value <= 127:
        return _struct.pack("b", value) if value < 0 else bytes([value])
    for code, form, low, high in ((0xCC, "B", 0, 0xFF), (0xD0, "b", -0x80, 0), (0xCD, "H", 0, 0xFFFF), (0xD1, "h", -0x8000, 0), (0xCE, "I", 0, 0xFFFFFFFF),
                                  (0xD2, "i", -0x80000000, 0), (0xCF, "Q", 0, (1 << 64) - 1), (0xD3, "q", -(1 << 63), 0)):
        if low <= value <= high:
            return _struct.pack(">B" + form, code, value)
    raise OverflowError("int too large")


def unpack(stream, *, ext_hook=None, use_list=True):
    """Read a value; EOFError where the stream ends before it."""
    return _read(stream, ext_hook or ExtType, list if use_list else tuple)


def _take(stream, count):
    data = stream.read(count)
    if len(data) < count:
        raise EOFError()
    return data


_NUMBERS = {0xCA: "f", 0xCB: "d", 0xCC: "B", 0xCD: "H", 0xCE: "I", 0xCF: "Q", 0xD0: "b", 0xD1: "h", 0xD2: "i", 0xD3: "q"}
_SIZED = {code: (kind, form) for kind, codes in {"bytes": (0xC4, 0xC5, 0xC6), "ext": (0xC7, 0xC8, 0xC9), "text": (0xD9, 0xDA, 0xDB)}.items()
          for code, form in zip(codes, "BHI")}
_SIZED.update({0xDC: ("list", "H"), 0xDD: ("list", "I"), 0xDE: ("dict", "H"), 0xDF: ("dict", "I")})


def _read(stream, hook, sequence):
    code = _take(stream, 1)[0]
    if code < 0x80 or code >= 0xE0:
        return code if code < 0x80 else code - 256
    if code in (0xC0, 0xC2, 0xC3):
        return {0xC0: None, 0xC2: False, 0xC3: True}[code]
    if code in _NUMBERS:
        form = ">" + _NUMBERS[code]
        return _struct.unpack(form, _take(stream, _struct.calcsize(form)))[0]
    if code < 0xC0:
        kind, size = ("dict", code & 15) if code < 0x90 else ("list", code & 15) if code < 0xA0 else ("text", code & 31)
    elif code in _SIZED:
        kind, form = _SIZED[code]
        size = _struct.unpack(">" + form, _take(stream, _struct.calcsize(form)))[0]
    elif 0xD4 <= code <= 0xD8:
        kind, size = "ext", 1 << code - 0xD4
    else:
        raise ValueError("Invalid format")
    if kind == "dict":
        return {_read(stream, hook, sequence): _read(stream, hook, sequence) for _ in range(size)}
    if kind == "list":
        return sequence(_read(stream, hook, sequence) for _ in range(size))
    if kind == "ext":
        number = _struct.unpack("b", _take(stream, 1))[0]
        return hook(number, _take(stream, size))
    data = _take(stream, size)
    return data.decode() if kind == "text" else data
