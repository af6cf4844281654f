"""Programs that speak MQTT, datagrams and TLS of their own, run as they are from their drives: `bed/drives`."""

import contextlib
import os
import shutil
import socket
import ssl
import struct
import subprocess
import threading
import unittest

from .bed.case import BedCase
from .bed.hosts import Broker


class BrokerTests(BedCase):
    def broker(self, **options):
        broker = Broker(**options)
        self.addCleanup(broker.close)
        return broker

    def mqtt(self, name, broker, *arguments, **options):
        return self.play(name, "--host", f"*=127.0.0.1:{broker.port}", *arguments, settings={"MQTT_BROKER": "broker.example.com", "MQTT_KEY": "key"}, **options)

    def test_a_sensor_s_value_is_published_until_the_broker_has_it(self):
        broker = self.broker()
        # No library says which sensor it is: the file of values gives one.
        values = self.values("from socketpool_run.hardware.sensors import sht4x as i2c_0x44\nsensor_temperature = 22.5\n")
        self.assertEqual(["published 22.5"], self.mqtt("mqtt_sensor", broker, "--values", values).lines)
        self.assertEqual([("desk/temperature", "22.5")], broker.published)
        self.assertEqual([["desk", "desk", "key"]], broker.logins)

    def test_messages_turn_a_light(self):
        broker = self.broker(script=[("desk/led", "on"), ("desk/led", "off")])
        done = self.mqtt("mqtt_light", broker)
        self.assertEqual(["desk/led on True", "desk/led off False"], done.lines)
        self.assertEqual([("desk/ready", "yes")], broker.published)

    def test_adafruit_io_s_echo_comes_by_tls(self):
        broker = self.broker()
        done = self.play("mqtt_tls", "--host", f"mqtts://io.adafruit.com=mqtt://127.0.0.1:{broker.port}")
        self.assertEqual(["[('maker/feeds/echo', 'over TLS')]"], done.lines)

    def test_a_broker_that_goes_is_found_again(self):
        broker = self.broker(drops=2)
        done = self.mqtt("mqtt_comes_back", broker)
        self.assertEqual("stayed at attempt 3", done.lines[-1])
        self.assertEqual(["desk0", "desk1", "desk2"], [parts[0] for parts in broker.logins])
        self.assertEqual([("desk/state", "gone"), ("desk/state", "gone"), ("desk/state", "here")], broker.published)

    def test_a_colour_fills_the_strip(self):
        broker = self.broker(script=[("desk/color", "#FF8000")])
        self.assertEqual(["(255, 128, 0) (255, 128, 0)"], self.mqtt("mqtt_color", broker).lines)

    def test_feeds_are_bars_on_the_display(self):
        broker = self.broker(script=[("desk/bars/a", "50"), ("desk/bars/b", "20"), ("desk/bars/c", "70")])
        self.assertEqual(["[50, 20, 70]"], self.mqtt("mqtt_dashboard", broker, *self.screen()).lines)
        _, _, pixel = self.pixels()
        self.assertEqual([0xFF0000, 0, 0x00FF00, 0, 0x0000FF, 0], [pixel(x, y) for y in (10, 40, 70) for x in ({10: 49, 40: 19, 70: 69}[y], {10: 50, 40: 20, 70: 70}[y])])


class DatagramTests(BedCase):
    def listen(self):
        sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.addCleanup(sock.close)
        sock.bind(("127.0.0.1", 0))
        sock.settimeout(20)
        return sock, sock.getsockname()[1]

    def test_a_silent_time_server_is_asked_again(self):
        sock, port = self.listen()

        def answer_the_third():
            for _ in range(3):
                question, client = sock.recvfrom(100)
            sock.sendto(question, client)

        thread = threading.Thread(target=answer_the_third)
        thread.start()
        done = self.play("ntp_patient", settings={"NTP_HOST": "127.0.0.1", "NTP_PORT": port})
        thread.join(20)
        self.assertEqual("answer of 48 bytes", done.lines[-1])
        self.assertEqual(["attempt 1 110", "attempt 2 110"], done.lines[:2])

    def test_a_log_arrives_line_by_line(self):
        sock, port = self.listen()
        self.assertEqual(["logged True"], self.play("log_sender", settings={"LOG_HOST": "127.0.0.1", "LOG_PORT": port}).lines)
        self.assertEqual([f"<14>desk code.py: line {number}".encode() for number in range(3)], [sock.recv(100) for _ in range(3)])

    def test_datagrams_are_answered_without_waiting(self):
        process, port = self.serve("udp_echo")
        sock, _ = self.listen()
        for text in (b"one", b"two"):
            sock.sendto(text, ("127.0.0.1", port))
            self.assertEqual((text.upper(), ("127.0.0.1", port)), sock.recvfrom(100))
        self.assertIn("answered 2", process.communicate(timeout=90)[0])

    def test_a_group_hears_its_member(self):
        self.assertEqual(["hello from the desk"], self.play("group_chat").lines)

    def test_a_tilt_is_sent_as_open_sound_control(self):
        sock, port = self.listen()
        values = self.values("from socketpool_run.hardware.sensors import Lis3dh as i2c_0x18\nsensor_acceleration_x = 9.80665\nsensor_acceleration_z = 0\n")
        done = self.play("osc_sender", "--values", values, settings={"OSC_HOST": "127.0.0.1", "OSC_PORT": port})
        self.assertEqual(["[1.0, 0.0, 0.0]"], done.lines)
        message = sock.recv(100)
        self.assertEqual((b"/desk/tilt\0\0,fff\0\0\0\0", (1.0, 0.0, 0.0)), (message[:20], struct.unpack(">fff", message[20:])))


class CertificateTests(BedCase):
    def make_certificate(self, name):
        """(certificate, key) for localhost, made by openssl."""
        certificate, key = (os.path.join(self.scratch, f"{name}.{kind}") for kind in ("pem", "key"))
        subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2", "-subj", "/CN=localhost",
                        "-addext", "subjectAltName=DNS:localhost", "-keyout", key, "-out", certificate], check=True, capture_output=True, timeout=200)
        return certificate, key

    @contextlib.contextmanager
    def tls_server(self, certificate, key):
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate, key)
        with socket.create_server(("127.0.0.1", 0)) as listener:
            def serve():
                client, _ = listener.accept()
                with client:
                    try:
                        with context.wrap_socket(client, server_side=True) as secure:
                            secure.recv(1000)
                            secure.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nsecret")
                    except (ssl.SSLError, ConnectionError):
                        pass

            thread = threading.Thread(target=serve)
            thread.start()
            yield listener.getsockname()[1]
            thread.join(20)

    @unittest.skipUnless(shutil.which("openssl"), "openssl is not on the PATH")
    def test_a_certificate_of_the_drive_s_is_trusted(self):
        certificate, key = self.make_certificate("mine")
        with open(certificate, "rb") as file:
            self.write("cert.pem", file.read())
        with self.tls_server(certificate, key) as port:
            self.assertEqual(["secret"], self.play("own_certificate", settings={"TLS_PORT": port}).lines)

    @unittest.skipUnless(shutil.which("openssl"), "openssl is not on the PATH")
    def test_another_certificate_is_not(self):
        certificate, _ = self.make_certificate("mine")
        with open(certificate, "rb") as file:
            self.write("cert.pem", file.read())
        with self.tls_server(*self.make_certificate("other")) as port:
            done = self.play("own_certificate", settings={"TLS_PORT": port}, status=1)
        self.assertIn("CERTIFICATE_VERIFY_FAILED", done.output + done.errors)


if __name__ == "__main__":
    unittest.main()
