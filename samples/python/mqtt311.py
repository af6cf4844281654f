"""The packets of MQTT 3.1.1 that a client needs, as bytes (OASIS standard, chapters 2 and 3). Knows no sockets."""

import struct

CONNECT, CONNACK, PUBLISH, PUBACK, SUBSCRIBE, SUBACK, PINGREQ, PINGRESP, DISCONNECT = 1, 2, 3, 4, 8, 9, 12, 13, 14

REFUSED = ("", "unacceptable protocol version", "identifier rejected", "server unavailable", "bad user name or password", "not authorized")


def packet(kind, flags=0, body=b""):
    """A whole packet: the fixed header in front of the rest (2.2)."""
    length = len(body)
    header = bytearray([kind << 4 | flags])
    while True:
        header.append(length % 128 | (0x80 if length > 127 else 0))
        length //= 128
        if length == 0:
            return bytes(header) + body


def text(value):
    """A string with its length in front (1.5.3)."""
    data = value.encode() if isinstance(value, str) else value
    return struct.pack("!H", len(data)) + data


def connect(identifier, keep_alive=60):
    clean_session = 0x02
    return packet(CONNECT, 0, text("MQTT") + struct.pack("!BBH", 4, clean_session, keep_alive) + text(identifier))


def subscribe(number, topic, quality=1):
    return packet(SUBSCRIBE, 2, struct.pack("!H", number) + text(topic) + bytes([quality]))


def publish(topic, payload, number=None):
    """With a number the server has to acknowledge it (quality of service 1), without one it need not (0)."""
    if number is None:
        return packet(PUBLISH, 0, text(topic) + payload)
    return packet(PUBLISH, 2, text(topic) + struct.pack("!H", number) + payload)


def acknowledge(number):
    return packet(PUBACK, 0, struct.pack("!H", number))


def parse_publish(flags, body):
    """(Topic, number or None, payload)"""
    end = 2 + struct.unpack_from("!H", body)[0]
    topic = bytes(body[2:end]).decode()
    if flags >> 1 & 3 == 0:
        return topic, None, bytes(body[end:])
    return topic, struct.unpack_from("!H", body, end)[0], bytes(body[end + 2 :])


class Packets:
    """Cuts a stream of bytes into packets: feed() what came, then take() until there is none."""

    def __init__(self):
        self.pending = bytearray()

    def feed(self, data):
        self.pending += data

    def take(self):
        """(Kind, flags, body) of the next whole packet, or None."""
        length, shift = 0, 0
        for place in range(1, 5):
            if place >= len(self.pending):
                return None
            length |= (self.pending[place] & 0x7F) << shift
            if self.pending[place] < 0x80:
                break
            shift += 7
        else:
            raise ValueError("a packet's length has four bytes at most")
        end = place + 1 + length
        if len(self.pending) < end:
            return None
        first, body = self.pending[0], bytes(self.pending[place + 1 : end])
        # Slicing, because boards cannot delete from a bytearray.
        self.pending = self.pending[end:]
        return first >> 4, first & 15, body
