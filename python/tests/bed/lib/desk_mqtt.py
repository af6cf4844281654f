"""A small MQTT 3.1.1 client for boards: QoS 0 and 1, a will, one callback."""

import time


class MQTT:
    """A client of one broker."""

    def __init__(self, pool, broker, port=1883, client_id="desk", username=None, password=None, ssl_context=None, keep_alive=60):
        self._pool, self._where, self._context = pool, (broker, port), ssl_context
        self._id, self._login, self._keep_alive = client_id, (username, password), keep_alive
        self._buffer, self._number, self._sock = bytearray(256), 0, None
        self.will = None
        self.on_message = None

    def connect(self):
        """Log in; the broker's code if it refuses."""
        self._sock = self._pool.socket(self._pool.AF_INET, self._pool.SOCK_STREAM)
        self._sock.settimeout(10)
        if self._context is not None:
            self._sock = self._context.wrap_socket(self._sock, server_hostname=self._where[0])
        self._sock.connect(self._where)
        flags, parts = 2, [self._id]
        if self.will is not None:
            flags |= 4
            parts += self.will
        for bit, text in zip((0x80, 0x40), self._login):
            if text is not None:
                flags |= bit
                parts.append(text)
        body = _text("MQTT") + bytes([4, flags]) + self._keep_alive.to_bytes(2, "big") + b"".join(_text(part) for part in parts)
        self._send(0x10, body)
        kind, answer = self._packet()
        if kind != 0x20 or answer[1]:
            self._sock.close()
            raise OSError(f"the broker refuses: {answer[1]}")

    def _send(self, kind, body):
        size, length = len(body), b""
        while True:
            size, digit = size >> 7, size & 0x7F
            length += bytes([digit | (0x80 if size else 0)])
            if not size:
                break
        message = bytes([kind]) + length + body
        while message:
            message = message[self._sock.send(message) :]

    def _take(self, count):
        data = b""
        while len(data) < count:
            got = self._sock.recv_into(self._buffer, min(count - len(data), len(self._buffer)))
            if not got:
                raise OSError("the broker has gone")
            data += bytes(self._buffer[:got])
        return data

    def _packet(self):
        return self._take(1)[0], self._body()

    def _body(self):
        size = shift = 0
        while True:
            digit = self._take(1)[0]
            size |= (digit & 0x7F) << shift
            shift += 7
            if not digit & 0x80:
                return self._take(size)

    def publish(self, topic, message, qos=0, retain=False):
        """Send a message; with QoS 1, until the broker has it."""
        body = _text(topic)
        if qos:
            self._number += 1
            body += self._number.to_bytes(2, "big")
        self._send(0x30 | qos << 1 | int(retain), body + (message if isinstance(message, bytes) else str(message).encode()))
        if qos:
            self._wait_for(0x40)

    def subscribe(self, topic, qos=0):
        """Ask for messages."""
        self._number += 1
        self._send(0x82, self._number.to_bytes(2, "big") + _text(topic) + bytes([qos]))
        self._wait_for(0x90)

    def _wait_for(self, wanted):
        while True:
            kind, body = self._packet()
            if kind == wanted:
                return
            self._handle(kind, body)

    def _handle(self, kind, body):
        if kind & 0xF0 == 0x30:
            size = int.from_bytes(body[:2], "big")
            topic, rest = body[2 : 2 + size].decode(), body[2 + size :]
            if kind & 6:
                self._send(0x40, rest[:2])
                rest = rest[2:]
            if self.on_message:
                self.on_message(topic, rest.decode())

    def ping(self):
        """Ask whether the broker is there."""
        self._send(0xC0, b"")
        self._wait_for(0xD0)

    def loop(self, timeout=1):
        """Take messages for a while."""
        end = time.monotonic() + timeout
        while time.monotonic() < end:
            self._sock.settimeout(max(0.01, end - time.monotonic()))
            try:
                kind = self._take(1)[0]
            except OSError as error:
                if error.errno not in (11, 110, 116):
                    raise
                return
            self._sock.settimeout(10)
            self._handle(kind, self._body())

    def disconnect(self):
        """Say goodbye."""
        self._send(0xE0, b"")
        self._sock.close()


def _text(text):
    data = text if isinstance(text, bytes) else text.encode()
    return len(data).to_bytes(2, "big") + data
