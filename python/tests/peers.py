"""The other sides of the samples: an NTP server, an MQTT broker, a web server, each on CPython's socket in a thread."""

import http.server
import socket
import struct
import threading


class Peer:
    """A thread that serves until it is closed; what went wrong in it is raised then."""

    def __init__(self, sock):
        self.sock = sock
        self.port = sock.getsockname()[1]
        self.problem = None
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def _run(self):
        try:
            self.serve()
        except Exception as error:
            self.problem = error

    def close(self):
        # Wakes the thread, whether it waits in accept or in recvfrom.
        try:
            self.sock.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass
        self._thread.join(30)
        self.sock.close()
        if self.problem is not None:
            raise self.problem


class TimeServer(Peer):
    """Answers NTP questions with one time, after `lies` answers that nobody may believe."""

    def __init__(self, seconds, lies=0):
        self.seconds, self.lies = seconds, lies
        sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        sock.bind(("127.0.0.1", 0))
        super().__init__(sock)

    def serve(self):
        while True:
            question, client = self.sock.recvfrom(1024)
            if not question:  # close() below; a datagram socket cannot be shut down before it is connected
                return
            assert len(question) == 48 and question[0] == 0x23, question
            origin = bytes(8) if self.lies > 0 else question[40:48]
            self.lies -= 1
            stamp = struct.pack("!II", int(self.seconds) + 2208988800, int(self.seconds % 1 * 2**32))
            # Authenticated servers send more than was asked for.
            self.sock.sendto(struct.pack("!BBbb", 0x24, 1, 0, -20) + bytes(20) + origin + stamp + stamp + bytes(20), client)

    def close(self):
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as last:
            last.sendto(b"", ("127.0.0.1", self.port))
        super().close()


class Broker(Peer):
    """An MQTT 3.1.1 broker for one client at a time: what is published comes back to whom subscribed."""

    def __init__(self):
        self.seen = []
        super().__init__(socket.create_server(("127.0.0.1", 0)))

    def serve(self):
        while True:
            try:
                client, _ = self.sock.accept()
            except OSError:  # close()
                return
            with client, client.makefile("rb") as stream:
                self.serve_client(client, stream)

    def serve_client(self, client, stream):
        topics = set()
        while first := stream.read(1):
            length = shift = 0
            while True:
                digit = stream.read(1)[0]
                length |= (digit & 127) << shift
                shift += 7
                if digit < 128:
                    break
            body = stream.read(length)
            kind, flags = first[0] >> 4, first[0] & 15
            self.seen.append(kind)
            if kind == 1:
                assert body[:7] == b"\0\4MQTT\4", body
                # In two pieces: a stream does not keep packets whole.
                client.sendall(b"\x20\2")
                client.sendall(b"\0\0")
            elif kind == 8:
                end = 4 + struct.unpack_from("!H", body, 2)[0]
                topics.add(body[4:end])
                client.sendall(b"\x90\3" + body[:2] + b"\1")
            elif kind == 3:
                end = 2 + struct.unpack_from("!H", body)[0]
                assert flags >> 1 & 3 == 1, flags
                if body[2:end] in topics:
                    # Before the acknowledgment, as brokers may.
                    client.sendall(first + bytes([length]) + body)
                client.sendall(b"\x40\2" + body[end : end + 2])
            elif kind == 14:
                return


class WebServer(Peer):
    """http.server with one page that is longer than a sample's buffer."""

    PAGE = "".join(f"line {number}\n" for number in range(500)).encode()

    def __init__(self, chatty=True):
        page = self.PAGE

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self):
                self.send_response(200 if self.path == "/page" else 404)
                self.send_header("Content-Type", "text/plain")
                if chatty:
                    self.send_header("Content-Length", str(len(page)))
                else:
                    self.send_header("Connection", "close")
                self.end_headers()
                self.wfile.write(page)
                self.close_connection = True

            def log_message(self, *arguments):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        super().__init__(self.server.socket)

    def serve(self):
        self.server.serve_forever(poll_interval=0.05)

    def close(self):
        self.server.shutdown()
        self.server.server_close()
        self._thread.join(30)
