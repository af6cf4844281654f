"""Programs that serve, run as they are from their drives (`bed/drives`), with CPython's own clients on the other side."""

import base64
import hashlib
import http.client
import json
import os
import signal
import socket
import struct
import unittest

from .bed.case import BedCase


class ServerTests(BedCase):
    def request(self, port, method, path, body=None, headers=None):
        """(Status, type, body) of an answer."""
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=90)
        self.addCleanup(connection.close)
        connection.request(method, path, body, headers or {})
        answer = connection.getresponse()
        return answer.status, answer.getheader("Content-Type"), answer.read()

    def test_a_button_turns_the_light(self):
        _, port = self.serve("web_led")
        self.assertIn(b"The light is off", self.request(port, "GET", "/")[2])
        self.assertEqual({"on": True}, json.loads(self.request(port, "POST", "/led")[2]))
        self.assertIn(b"The light is on", self.request(port, "GET", "/")[2])
        self.assertEqual(405, self.request(port, "GET", "/led")[0])

    def test_a_template_is_filled(self):
        _, port = self.serve("web_template")
        status, kind, body = self.request(port, "GET", "/?name=Ada")
        self.assertEqual((200, "text/html"), (status, kind))
        self.assertIn(b"<h1>Hello Ada</h1><p>35.0 degrees</p>", body)

    def test_a_folder_is_served_and_nothing_else(self):
        self.write("static/data.bin", bytes(range(256)) * 20)
        _, port = self.serve("web_files")
        self.assertEqual((200, "text/html"), self.request(port, "GET", "/")[:2])
        self.assertEqual((200, "text/css"), self.request(port, "GET", "/style.css")[:2])
        self.assertEqual(bytes(range(256)) * 20, self.request(port, "GET", "/data.bin")[2])
        self.assertEqual(404, self.request(port, "GET", "/settings.toml")[0])
        self.assertEqual(403, self.request(port, "GET", "/../settings.toml")[0])

    def test_settings_are_read_and_changed(self):
        _, port = self.serve("web_json")
        self.assertEqual({"color": "red", "speed": 3}, json.loads(self.request(port, "GET", "/settings")[2]))
        self.assertEqual({"color": "blue", "speed": 3}, json.loads(self.request(port, "PUT", "/settings", '{"color": "blue"}')[2]))
        self.assertEqual(400, self.request(port, "PUT", "/settings", "{")[0])

    def test_events_reach_the_browser_until_it_leaves(self):
        process, port = self.serve("web_events")
        with socket.create_connection(("127.0.0.1", port), timeout=90) as browser:
            browser.sendall(b"GET /events HTTP/1.1\r\nHost: desk\r\n\r\n")
            with browser.makefile("rb") as stream:
                self.assertEqual(b"HTTP/1.1 200 OK\r\n", stream.readline())
                while stream.readline() != b"\r\n":
                    pass
                for number in (1, 2, 3):
                    self.assertEqual((b"event: temperature\n", f"data: {number} 35.0\n".encode(), b"\n"), tuple(stream.readline() for _ in range(3)))
        self.assertEqual("a listener has gone\n", process.stdout.readline())

    def test_a_websocket_sets_the_light(self):
        process, port = self.serve("web_socket")
        key = base64.b64encode(b"0123456789abcdef")
        with socket.create_connection(("127.0.0.1", port), timeout=90) as browser, browser.makefile("rb") as stream:
            browser.sendall(b"GET /ws HTTP/1.1\r\nHost: desk\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: " + key + b"\r\n\r\n")
            head = b""
            while not head.endswith(b"\r\n\r\n"):
                head += stream.readline()
            accept = base64.b64encode(hashlib.sha1(key + b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11").digest())
            self.assertIn(b"Sec-WebSocket-Accept: " + accept + b"\r\n", head)
            for color, shown in ((b"FF8000", b"now (255, 128, 0)"), (b"00ff00", b"now (0, 255, 0)")):
                mask = os.urandom(4)
                browser.sendall(b"\x81" + bytes([0x80 | len(color)]) + mask + bytes(byte ^ mask[place % 4] for place, byte in enumerate(color)))
                first, size = stream.read(2)
                self.assertEqual((0x81, shown), (first, stream.read(size)))
            browser.sendall(b"\x88\x80" + bytes(4))
            self.assertEqual(b"\x88\x00", stream.read(2))
        self.assertEqual("closed\n", process.stdout.readline())

    def test_a_file_is_kept_on_the_drive(self):
        _, port = self.serve("web_upload")
        data = bytes(range(256)) * 8
        self.assertEqual({"name": "a.bin", "size": 2048}, json.loads(self.request(port, "POST", "/upload?name=a.bin", data)[2]))
        self.assertEqual(data, self.request(port, "GET", "/a.bin")[2])
        self.assertEqual(data, self.read("uploads/a.bin"))
        self.assertEqual(200, self.request(port, "POST", "/upload?name=../up", b"x")[0])
        self.assertEqual(b"x", self.read("uploads/.._up"))

    def test_two_clients_share_a_console(self):
        _, port = self.serve("console")
        with socket.create_connection(("127.0.0.1", port), timeout=90) as one, one.makefile("rb") as first:
            self.assertEqual(b"hello\n", first.readline())
            one.sendall(b"cou")
            with socket.create_connection(("127.0.0.1", port), timeout=90) as other, other.makefile("rb") as second:
                self.assertEqual(b"hello\n", second.readline())
                one.sendall(b"nt\nwho\n")
                self.assertEqual([b"2 here\n", b"what?\n"], [first.readline(), first.readline()])
            one.sendall(b"count\n")
            while first.readline() != b"1 here\n":  # until the program has seen that the other has gone
                one.sendall(b"count\n")

    def test_a_thermostat_tells_what_is_fed(self):
        values = self.values("sensor_temperature = 16.25\n")
        process, port = self.serve("thermostat", "--values", values)
        self.assertEqual({"celsius": 16.25, "heating": True}, json.loads(self.request(port, "GET", "/state")[2]))
        process.send_signal(signal.SIGINT)
        self.assertIn("D6 is high", process.communicate(timeout=90)[0])

    def test_a_display_is_seen_while_the_program_runs(self):
        process, port = self.serve("live_counter", *self.screen())
        for number in (2, 3, 4):
            self.assertEqual({"count": number}, json.loads(self.request(port, "POST", "/count")[2]))
        process.send_signal(signal.SIGUSR1)
        while "busdisplay" not in process.stdout.readline():
            pass  # the report; the picture is written when the program goes on
        self.assertEqual({"count": 5}, json.loads(self.request(port, "POST", "/count")[2]))
        _, _, pixel = self.pixels()
        self.assertEqual((0xFF00FF, 0), (pixel(3, 9), pixel(4, 9)))

    def test_a_page_is_found_by_its_name(self):
        process, port = self.serve("find_me")
        self.assertEqual("known as bed-desk\n", process.stdout.readline())
        # The question of an ordinary resolver, from a port of its own: it is answered there.
        name = b"\x08bed-desk\x05local\0"
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
            sock.settimeout(20)
            sock.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_IF, socket.inet_aton("127.0.0.1"))
            sock.bind(("127.0.0.1", 0))
            sock.sendto(struct.pack(">6H", 77, 0, 1, 0, 0, 0) + name + struct.pack(">HH", 1, 1), ("224.0.0.251", 5353))
            answer, (host, from_port) = sock.recvfrom(512)
        self.assertEqual(("127.0.0.1", 5353), (host, from_port))
        self.assertEqual((77, 0x8400, 1, 1), struct.unpack_from(">4H", answer))
        self.assertEqual(socket.inet_aton("127.0.0.1"), answer[-4:])


if __name__ == "__main__":
    unittest.main()
