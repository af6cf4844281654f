"""Messages of the DNS as multicast DNS uses them (RFC 1035, RFC 6762): read, with every length checked, and written."""

import struct
from collections import namedtuple

A, PTR, TXT, AAAA, SRV, ANY = 1, 12, 16, 28, 33, 255
IN = 1
RESPONSE = 0x8400  # an answer with authority

# `is_flushing` is the highest bit of the class: cache flush in a record, answer by unicast in a question. Names are tuples of labels.
Question = namedtuple("Question", "name type is_flushing", defaults=(False,))
Record = namedtuple("Record", "name type ttl data is_flushing", defaults=(False,))
Message = namedtuple("Message", "id flags questions answers authorities additionals", defaults=((), (), (), ()))


class MalformedError(ValueError):
    """What arrived is not a DNS message."""


def fold(name):
    """A name as it is compared: ASCII letters are the same in both cases."""
    return tuple(label.lower() for label in name)


def encode(message):
    """The bytes of a message; names are written out once and referred to after."""
    parts = [message.questions, message.answers, message.authorities, message.additionals]
    data = bytearray(struct.pack(">6H", message.id, message.flags, *map(len, parts)))
    places = {}
    for name, kind, is_flushing in message.questions:
        _put_name(data, name, places)
        data += struct.pack(">HH", kind, IN | 0x8000 * is_flushing)
    for record in (*message.answers, *message.authorities, *message.additionals):
        _put_name(data, record.name, places)
        data += struct.pack(">HHI", record.type, IN | 0x8000 * record.is_flushing, record.ttl)
        length_at = len(data)
        data += b"\0\0"
        _put_data(data, record, places)
        struct.pack_into(">H", data, length_at, len(data) - length_at - 2)
    return bytes(data)


def _put_name(data, name, places):
    for index in range(len(name)):
        rest = fold(name[index:])
        if rest in places:
            data += struct.pack(">H", 0xC000 | places[rest])
            return
        if len(data) < 0x4000:
            places[rest] = len(data)
        label = name[index].encode()
        if not 0 < len(label) < 64:
            raise ValueError("a label has 1 to 63 bytes")
        data += bytes([len(label)]) + label
    data += b"\0"


def _put_data(data, record, places):
    if record.type == PTR:
        _put_name(data, record.data, places)
    elif record.type == SRV:
        port, target = record.data
        data += struct.pack(">HHH", 0, 0, port)
        _put_name(data, target, {})  # RFC 2782: never compressed
    else:
        data += record.data


def decode(data):
    """A message from its bytes; MalformedError for what is none."""
    try:
        return _Reader(data).message()
    except (struct.error, IndexError, UnicodeDecodeError) as error:
        raise MalformedError(str(error)) from None


class _Reader:
    def __init__(self, data):
        self._data, self._at = data, 0

    def message(self):
        number, flags, *counts = self._unpack(">6H")
        questions = tuple(self._question() for _ in range(counts[0]))
        return Message(number, flags, questions, *(tuple(self._record() for _ in range(count)) for count in counts[1:]))

    def _unpack(self, form):
        found = struct.unpack_from(form, self._data, self._at)
        self._at += struct.calcsize(form)
        return found

    def _name(self, at=None):
        labels, jumps = [], 0
        place = self._at if at is None else at
        end = None
        while True:
            length = self._data[place]
            if length >= 0xC0:
                end = place + 2 if end is None else end
                place = (length & 0x3F) << 8 | self._data[place + 1]
                jumps += 1
                if jumps > 32:
                    raise MalformedError("a name without an end")
                continue
            if length >= 0x40:
                raise MalformedError("a label of an unknown kind")
            place += 1
            if length == 0:
                break
            if place + length > len(self._data):
                raise MalformedError("a label beyond the end")
            labels.append(self._data[place : place + length].decode("utf-8"))
            place += length
            if len(labels) > 127:
                raise MalformedError("a name of too many labels")
        if at is None:
            self._at = place if end is None else end
        return tuple(labels)

    def _question(self):
        name = self._name()
        kind, group = self._unpack(">HH")
        return Question(name, kind, bool(group & 0x8000))

    def _record(self):
        name = self._name()
        kind, group, ttl, length = self._unpack(">HHIH")
        start, self._at = self._at, self._at + length
        if self._at > len(self._data):
            raise MalformedError("a record beyond the end")
        if kind == PTR:
            data = self._name(start)
        elif kind == SRV:
            data = struct.unpack_from(">H", self._data, start + 4)[0], self._name(start + 6)
        else:
            data = bytes(self._data[start : self._at])
        return Record(name, kind, ttl, data, bool(group & 0x8000))
