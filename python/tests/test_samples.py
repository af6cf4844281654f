"""Every program in samples/python, run as a process of its own against real peers on loopback."""

import contextlib
import os
import re
import shutil
import socket
import ssl
import subprocess
import sys
import tempfile
import unittest
import urllib.request

from . import peers, support

SAMPLES = os.path.join(support.REPOSITORY, "samples", "python")


@unittest.skipUnless(os.path.isdir(SAMPLES), "the samples are in the repository, not in the sdist")
class SampleTests(support.TestCase):
    def environment(self, **settings):
        # One interface, loopback: also what a sample sends to a group stays there.
        return support.environment(SOCKETPOOL_INTERFACE="lo", PYTHONWARNINGS="error", **{name: str(value) for name, value in settings.items()})

    def run_sample(self, name, status=0, **settings):
        return self.run_python(os.path.join(SAMPLES, name), status=status, env=self.environment(**settings))

    def start_server(self, name, **settings):
        """(Process, port) of a sample that says where it serves."""
        process = self.start_python("-u", os.path.join(SAMPLES, name), env=self.environment(**settings))
        said = process.stdout.readline()
        self.assertRegex(said, r":\d+/?$")
        return process, int(re.search(r":(\d+)/?$", said).group(1))

    def peer(self, made):
        self.addCleanup(made.close)
        return made

    def make_certificates(self):
        """Files of a CA and of what it signed for localhost, made by openssl."""
        if not shutil.which("openssl"):
            self.skipTest("openssl is not on the PATH")
        directory = tempfile.mkdtemp()
        self.addCleanup(shutil.rmtree, directory)
        ca, ca_key, certificate, key = (os.path.join(directory, name) for name in ("ca.pem", "ca.key", "server.pem", "server.key"))
        make = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2"]
        subprocess.run([*make, "-subj", "/CN=desk CA", "-keyout", ca_key, "-out", ca], check=True, capture_output=True, timeout=200)
        subprocess.run([*make, "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost", "-addext", "basicConstraints=critical,CA:FALSE",
                        "-CA", ca, "-CAkey", ca_key, "-keyout", key, "-out", certificate], check=True, capture_output=True, timeout=200)
        return ca, certificate, key

    def test_every_sample_is_run_here(self):
        with open(__file__, encoding="utf-8") as file:
            here = file.read()
        for name in sorted(os.listdir(SAMPLES)):
            if name.endswith(".py"):
                self.assertIn(f'"{name}"', here)

    def test_samples_are_programs_for_boards(self):
        for name in sorted(name for name in os.listdir(SAMPLES) if name.endswith(".py")):
            with self.subTest(name=name), open(os.path.join(SAMPLES, name), encoding="utf-8") as file:
                source = file.read()
                imported = set(re.findall(r"^import (\w+)", source, re.MULTILINE))
                self.assertLessEqual(imported, {"os", "struct", "time", "ssl", "socketpool", "wifi", "mqtt311"})
                if name != "mqtt311.py":
                    self.assertIn("pool = socketpool.SocketPool(wifi.radio)\n", source)

    def test_http_client_reads_a_page_with_a_length(self):
        server = self.peer(peers.WebServer())
        said = self.run_sample("http_client.py", HTTP_PORT=server.port, HTTP_PATH="/page")
        self.assertEqual(f"200, {len(server.PAGE)} bytes of text/plain\n{server.PAGE.decode()}\n", said)

    def test_http_client_reads_a_page_that_ends_with_its_connection(self):
        server = self.peer(peers.WebServer(chatty=False))
        said = self.run_sample("http_client.py", HTTP_PORT=server.port, HTTP_PATH="/other", HTTP_HOST="localhost")
        self.assertEqual(f"404, {len(server.PAGE)} bytes of text/plain\n{server.PAGE.decode()}\n", said)

    def test_http_client_says_why_it_failed(self):
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = free.getsockname()[1]
        said = self.run_sample("http_client.py", status=1, HTTP_PORT=port)
        self.assertRegex(said.strip().splitlines()[-1], f"^ConnectionRefusedError: .*127.0.0.1:{port}")

    def test_http_server_serves_browsers(self):
        process, port = self.start_server("http_server.py", HTTP_PORT=0)
        url = f"http://127.0.0.1:{port}"
        for visitor in (1, 2):
            with urllib.request.urlopen(f"{url}/", timeout=90) as response:
                self.assertEqual((200, f"Hello, visitor {visitor}\n".encode()), (response.status, response.read()))
            self.assertEqual("127.0.0.1 GET / HTTP/1.1: 200 OK\n", process.stdout.readline())
        for path, data, status in (("/nothing", None, 404), ("/", b"post", 405)):
            with self.assertRaises(urllib.error.HTTPError) as refused:
                urllib.request.urlopen(url + path, data, timeout=90)
            self.assertEqual(status, refused.exception.code)
            refused.exception.close()

    def test_http_server_survives_clients_that_leave(self):
        _, port = self.start_server("http_server.py", HTTP_PORT=0)
        with socket.create_connection(("127.0.0.1", port)):
            pass
        with socket.create_connection(("127.0.0.1", port)) as rude:
            rude.sendall(b"GET / HT")
            rude.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")  # close() resets
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=90) as response:
            self.assertEqual(200, response.status)

    def test_http_client_and_server_meet(self):
        _, port = self.start_server("http_server.py", HTTP_PORT=0)
        self.assertEqual("200, 17 bytes of text/plain\nHello, visitor 1\n\n", self.run_sample("http_client.py", HTTP_PORT=port))

    def test_ntp_client_tells_the_server_s_time(self):
        server = self.peer(peers.TimeServer(1234567890.5))
        self.assertEqual("2009-02-13 23:31:30 UTC\n", self.run_sample("ntp_client.py", NTP_PORT=server.port))

    def test_ntp_client_believes_only_answers_to_its_question(self):
        server = self.peer(peers.TimeServer(1234567890, lies=2))
        said = self.run_sample("ntp_client.py", NTP_PORT=server.port).splitlines()
        self.assertEqual(["attempt 1: not an answer to our question", "attempt 2: not an answer to our question", "2009-02-13 23:31:30 UTC"], said)

    def test_ntp_client_gives_up(self):
        server = self.peer(peers.TimeServer(0, lies=99))
        said = self.run_sample("ntp_client.py", status=1, NTP_PORT=server.port)
        self.assertIn(f"OSError: no time from 127.0.0.1:{server.port}", said)

    def test_mqtt_messages_come_back(self):
        broker = self.peer(peers.Broker())
        said = self.run_sample("mqtt_publish_subscribe.py", MQTT_PORT=broker.port, MQTT_COUNT=3, MQTT_TOPIC="desk/t")
        self.assertEqual(["subscribed to desk/t", "desk/t: 20 degrees", "desk/t: 21 degrees", "desk/t: 22 degrees"], said.splitlines())
        # CONNECT, SUBSCRIBE, each PUBLISH acknowledged once by each side, DISCONNECT
        self.assertEqual([1, 8, 3, 4, 3, 4, 3, 4, 14], broker.seen)

    def test_mqtt_lengths_of_more_than_a_byte(self):
        with path_with(SAMPLES):  # mqtt311.py, which "mqtt311.py" would run to no effect
            import mqtt311
        packets = mqtt311.Packets()
        for length in (0, 127, 128, 16383, 16384, 2097152):
            payload = bytes(length)
            whole = mqtt311.publish("t", payload, 7)
            for at in range(0, len(whole), 100_000):
                self.assertIsNone(packets.take())
                packets.feed(whole[at : at + 100_000])
            kind, flags, body = packets.take()
            self.assertEqual((mqtt311.PUBLISH, ("t", 7, payload)), (kind, mqtt311.parse_publish(flags, body)))
        packets.feed(b"\x30\xff\xff\xff\xff\x01")
        self.assertRaises(ValueError, packets.take)

    def test_multicast_reaches_the_group(self):
        self.assertEqual("127.0.0.1 to 239.255.77.1: hello, group\n", self.run_sample("udp_multicast.py"))

    def test_tls_client_and_server_meet(self):
        ca, certificate, key = self.make_certificates()
        _, port = self.start_server("tls_server.py", TLS_PORT=0, TLS_CERTIFICATE=certificate, TLS_KEY=key)
        self.assertEqual("HELLO OVER TLS\n", self.run_sample("tls_client.py", TLS_PORT=port, TLS_CA=ca))

    def test_tls_server_serves_cpython_s_clients(self):
        ca, certificate, key = self.make_certificates()
        process, port = self.start_server("tls_server.py", TLS_PORT=0, TLS_CERTIFICATE=certificate, TLS_KEY=key)
        context = ssl.create_default_context(cafile=ca)
        with socket.create_connection(("127.0.0.1", port), timeout=90) as plain, context.wrap_socket(plain, server_hostname="localhost") as client:
            client.sendall(b"abc")
            self.assertEqual(b"ABC", client.recv(100))
        self.assertEqual("127.0.0.1 has gone\n", process.stdout.readline())

    def test_tls_client_trusts_only_whom_the_ca_vouches_for(self):
        _, certificate, key = self.make_certificates()
        other_ca, _, _ = self.make_certificates()
        process, port = self.start_server("tls_server.py", TLS_PORT=0, TLS_CERTIFICATE=certificate, TLS_KEY=key)
        self.assertIn("CERTIFICATE_VERIFY_FAILED", self.run_sample("tls_client.py", status=1, TLS_PORT=port, TLS_CA=other_ca))
        self.assertRegex(process.stdout.readline(), "^handshake: .*UNKNOWN_CA")


@contextlib.contextmanager
def path_with(directory):
    sys.path.insert(0, directory)
    try:
        yield
    finally:
        sys.path.remove(directory)


if __name__ == "__main__":
    unittest.main()
