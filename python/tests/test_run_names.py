"""What host names lead to."""

import os
import shutil
import socket
import ssl
import subprocess
import textwrap
import threading
import time
import unittest

from . import runs

FETCH = """
    import socketpool, wifi, ssl
    pool = socketpool.SocketPool(wifi.radio)
    context = ssl.create_default_context()

    def fetch(host, port=443, path="/", secure=True, method="GET", body=b"", early=False):
        sock = pool.socket()
        sock.settimeout(10)
        if secure and not early:
            sock = context.wrap_socket(sock, server_hostname=host)
        sock.connect((host, port))
        if secure and early:
            sock = context.wrap_socket(sock, server_hostname=host)
        head = f"{method} {path} HTTP/1.0\\r\\nHost: {host}\\r\\nContent-Length: {len(body)}\\r\\n\\r\\n"
        sock.send(head.encode() + body)
        answer = b""
        buffer = bytearray(1000)
        while True:
            count = sock.recv_into(buffer)
            if count == 0:
                sock.close()
                return answer.decode()
            answer += buffer[:count]
"""


class Lines:
    """A server that answers each connection with what it was sent."""

    def __init__(self, case, context=None):
        self.listener = socket.create_server(("127.0.0.1", 0))
        case.addCleanup(self.listener.close)
        self.port = self.listener.getsockname()[1]
        self._context = context
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self):
        while True:
            try:
                connection, _ = self.listener.accept()
                if self._context is not None:
                    connection = self._context.wrap_socket(connection, server_side=True)
                with connection:
                    connection.sendall(b"echo " + connection.recv(1000))
            except OSError:
                if self.listener.fileno() < 0:
                    return


class FetchCase(runs.RunCase):
    def code(self, then):
        return textwrap.dedent(FETCH) + textwrap.dedent(then)


class NameTests(FetchCase):

    def make_certificate(self, name):
        """Paths of a certificate for a name, signed by itself, and its key."""
        certificate, key = (os.path.join(self.scratch, file) for file in ("cert.pem", "key.pem"))
        subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2", "-subj", f"/CN={name}",
                        "-addext", f"subjectAltName=DNS:{name}", "-keyout", key, "-out", certificate], check=True, capture_output=True)
        return certificate, key

    def test_a_name_leads_to_an_address(self):
        server = Lines(self)
        done = self.run_drive("--offline", "--host", f"data.example.com=127.0.0.1:{server.port}", code=self.code("""
            print(fetch("data.example.com", 80, secure=False).splitlines()[0])
            row = pool.getaddrinfo("data.example.com", 80, 0, pool.SOCK_STREAM)[0]
            print(row[0] == pool.AF_INET, row[4][0][:7], row[4][1])
            sock = pool.socket(row[0], row[1])
            sock.connect(row[4])
            print(sock.getpeername() == row[4])
            sock.close()
        """))
        self.assertEqual(["echo GET / HTTP/1.0", "True 198.18. 80", "True"], done.lines)
        self.assertIn({"name": "data.example.com", "port": 80, "count": 2, "leads_to": f"127.0.0.1:{server.port}"}, done.report["names"])

    @unittest.skipUnless(shutil.which("openssl"), "needs openssl")
    def test_tls_goes_through_to_an_address(self):
        certificate, key = self.make_certificate("io.example.com")
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate, key)
        server = Lines(self, context)
        arguments = ("--offline", "--host", f"io.example.com=127.0.0.1:{server.port}")
        code = self.code("""
            for early in (False, True):
                print(fetch("io.example.com", early=early).splitlines()[0])
            print(repr(pool).split(": ")[1])
        """)
        self.assertEqual(["echo GET / HTTP/1.0"] * 2 + ["0 of 128 sockets>"], self.run_drive(*arguments, "--trust", certificate, code=code).lines)
        refused = self.run_drive(*arguments, code=code, status=1)
        self.assertIn("CERTIFICATE_VERIFY_FAILED", refused.output)
        self.assertIn("--trust FILE adds one", refused.errors)

    def test_tls_ends_in_the_run_where_a_name_leads_to_plain_http(self):
        server = Lines(self)
        done = self.run_drive("--offline", "--host", f"https://api.example.com=http://127.0.0.1:{server.port}", code=self.code("""
            for early in (False, True):
                print(fetch("api.example.com", early=early).splitlines()[0])
            for port in (80, 8443):
                try:
                    fetch("api.example.com", port, secure=False)
                except OSError as error:
                    print(type(error).__name__)
        """))
        self.assertEqual(["echo GET / HTTP/1.0"] * 2 + ["ConnectionRefusedError"] * 2, done.lines)

    @unittest.skipUnless(shutil.which("openssl"), "needs openssl")
    def test_ports_of_one_name_lead_to_different_places(self):
        certificate, key = self.make_certificate("io.example.com")
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate, key)
        plain, secure = Lines(self), Lines(self, context)
        done = self.run_drive("--offline", "--trust", certificate, "--host", f"https://io.example.com=http://127.0.0.1:{plain.port}",
                              "--host", f"mqtts://io.example.com=127.0.0.1:{secure.port}", code=self.code("""
            print(fetch("io.example.com", 443).splitlines()[0])
            print(fetch("io.example.com", 8883).splitlines()[0])
        """))
        self.assertEqual(["echo GET / HTTP/1.0"] * 2, done.lines)

    def test_the_closest_rule_wins(self):
        servers = [Lines(self) for _ in range(4)]
        rules = ("*", "*.example.com", "api.example.com", "api.example.com:81")
        arguments = [text for rule, server in zip(rules, servers) for text in ("--host", f"{rule}=127.0.0.1:{server.port}")]
        done = self.run_drive(*arguments, code=self.code("""
            for name, port in (("api.example.com", 81), ("API.example.com.", 80), ("x.y.example.com", 81), ("elsewhere.org", 81), ("93.184.216.34", 80)):
                sock = pool.socket()
                sock.connect((name, port))
                sock.close()
        """))
        led = {(entry["name"], entry["port"]): entry["leads_to"] for entry in done.report["names"]}
        self.assertEqual([f"127.0.0.1:{servers[i].port}" for i in (3, 2, 1, 0, 0)], list(led.values()))

    def test_offline_names_fail_as_with_no_internet(self):
        done = self.run_drive("--offline", code=self.code("""
            for attempt in (lambda: pool.getaddrinfo("example.com", 80), lambda: fetch("example.com"), lambda: pool.socket(type=pool.SOCK_DGRAM).sendto(b"x", ("example.com", 123))):
                try:
                    attempt()
                except pool.gaierror as error:
                    print(error.errno, "--offline" in str(error))
            try:
                fetch("93.184.216.34", 80, secure=False)
            except OSError as error:
                print(error.errno)
            print(wifi.radio.ping("93.184.216.34"), wifi.radio.ping("example.com"))
        """))
        self.assertEqual(["-2 True"] * 3 + ["113", "None None"], done.lines)

    def test_this_machine_is_always_itself(self):
        server = Lines(self)
        done = self.run_drive("--offline", "--host", "*=127.0.0.1:1", code=self.code(f"""
            for host in ("127.0.0.1", "localhost"):
                print(fetch(host, {server.port}, secure=False).splitlines()[0])
            wifi.radio.connect("any", "password")
            listener = pool.socket()
            listener.bind((str(wifi.radio.ipv4_address), 0))
            listener.listen(1)
            client = pool.socket()
            client.connect(listener.getsockname())
            print("itself")
        """))
        self.assertEqual(["echo GET / HTTP/1.0"] * 2 + ["itself"], done.lines)

    def test_a_rule_that_names_a_local_name_leads_it(self):
        server = Lines(self)
        done = self.run_drive("--host", f"printer.local=127.0.0.1:{server.port}", code=self.code("print(fetch('printer.local', 80, secure=False).splitlines()[0])"))
        self.assertEqual(["echo GET / HTTP/1.0"], done.lines)

    def test_mapped_hosts_answer_a_ping(self):
        done = self.run_drive("--offline", "--host", "*.example.com=127.0.0.1:1", code="""
            import wifi, ipaddress, socketpool
            wifi.radio.connect("any", "password")
            print(0 < wifi.radio.ping("a.example.com") < 1)
            address = socketpool.SocketPool(wifi.radio).getaddrinfo("a.example.com", 1)[0][4][0]
            print(0 < wifi.radio.ping(ipaddress.ip_address(address)) < 1)
        """)
        self.assertEqual(["True", "True"], done.lines)

    def test_datagrams_are_led_and_come_back_from_where_they_were_sent(self):
        echo = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.addCleanup(echo.close)
        echo.bind(("127.0.0.1", 0))
        threading.Thread(target=lambda: echo.sendto(*echo.recvfrom(100)), daemon=True).start()
        done = self.run_drive("--offline", "--host", f"time.example.com=127.0.0.1:{echo.getsockname()[1]}", code=self.code("""
            address = pool.getaddrinfo("time.example.com", 123)[0][4]
            sock = pool.socket(type=pool.SOCK_DGRAM)
            sock.settimeout(10)
            sock.sendto(b"hello", address)
            buffer = bytearray(10)
            count, sender = sock.recvfrom_into(buffer)
            print(buffer[:count], sender == address)
        """))
        self.assertEqual(["bytearray(b'hello') True"], done.lines)

    def test_a_port_that_needs_root_leads_to_another_for_others(self):
        code = f"""
            import sys
            sys.path.insert(0, {runs.support.MODULE_DIR!r})
            from socketpool_run import names
            from socketpool_run.report import Report
            from socketpool_run.targets import Rules
            names.lowest_free_port = lambda: 1024
            found = names.Names(Rules(), Report())
            print(found.lead("bind", "", 80), found.lead("bind", "192.0.2.1", 1024), found.lead("bind", "", 0))
            names.lowest_free_port = lambda: 0
            print(found.lead("bind", "", 80))
        """
        self.assertEqual("('', 8080) None None\nNone\n", self.run_python("-c", textwrap.dedent(code)))

    @unittest.skipUnless(shutil.which("openssl"), "needs openssl")
    def test_a_program_serves_tls_with_a_certificate_of_the_drive(self):
        certificate, key = self.make_certificate("board.example.com")
        for name, path in (("cert.pem", certificate), ("key.pem", key)):
            with open(path, "rb") as file:
                self.write(name, file.read())
        self.write("code.py", """
            import socketpool, wifi, ssl
            pool = socketpool.SocketPool(wifi.radio)
            context = ssl.create_default_context()
            context.load_verify_locations(cadata="")
            context.load_cert_chain("/cert.pem", "/key.pem")
            server = context.wrap_socket(pool.socket(), server_side=True)
            server.bind(("127.0.0.1", 0))
            server.listen(1)
            print("port", server.getsockname()[1])
            client, _ = server.accept()
            buffer = bytearray(10)
            print(buffer[:client.recv_into(buffer)])
            client.send(b"hello")
            client.close()
        """)
        process = self.start_program(self.command("--timeout", "45"))
        process.stdout.readline()
        port = int(process.stdout.readline().split()[1])
        trusting = ssl.create_default_context(cafile=certificate)
        with socket.create_connection(("127.0.0.1", port), timeout=90) as plain, trusting.wrap_socket(plain, server_hostname="board.example.com") as secure:
            secure.sendall(b"ping")
            self.assertEqual(b"hello", secure.recv(10))
        self.assertIn("bytearray(b'ping')", process.stdout.read())

    def test_desk_toml_says_the_same_and_the_command_line_goes_before_it(self):
        servers = [Lines(self) for _ in range(2)]
        self.write("desk.toml", f"""
            offline = true
            [hosts]
            "a.example.com" = "127.0.0.1:{servers[0].port}"
            "b.example.com" = "127.0.0.1:1"
            [pins]
            D5 = 0
        """)
        done = self.run_drive("--host", f"b.example.com=127.0.0.1:{servers[1].port}", code=self.code("""
            print(fetch("a.example.com", 80, secure=False)[:4], fetch("b.example.com", 80, secure=False)[:4])
            try:
                fetch("c.example.com")
            except pool.gaierror:
                print("offline")
            from socketpool_run.context import context
            print(context.values.get("pin", "D5"))
        """))
        self.assertEqual(["echo echo", "offline", "0"], done.lines)

    def test_what_is_wrong_with_desk_toml_is_said_in_one_line(self):
        self.write("code.py", "print('ran')")
        for text, said in (("x = ", "desk.toml"), ("color = 1", "'color' is no option"), ("offline = 1", "wrong kind"), ("[hosts]\na = 'b'", "not an address"),
                           ("ap-down = 'soon'", "AFTER"), ("hosts = 3", "[hosts] is a table"), ("[hosts]\na = 3", "[hosts] is a table"), ("pins = [1]", "[pins] is a table"),
                           ("[pins]\nD5 = -1", "--pin D5=-1"), ("timeout = -1", "--timeout"), ("reloads = 1.5", "wrong kind"), ("ap = 'home:short'", "8 to 64")):
            with self.subTest(text=text):
                self.write("desk.toml", text)
                done = self.run_drive(status=2)
                self.assertIn(said, done.errors)
                self.assertNotIn("Traceback", done.errors)


class StackTests(runs.RunCase):
    """On a TCP/IP stack of the process."""

    CODE = """
        import socketpool, wifi
        pool = socketpool.SocketPool(wifi.radio)
        listener = pool.socket()
        listener.bind(("127.0.0.1", 80))
        listener.listen(1)
        client = pool.socket()
        client.connect(("127.0.0.1", 80))
        client.send(b"over the stack")
        print(wifi.radio.connected, listener.accept()[0].recv_into(bytearray(100)))
    """

    def test_frames_are_captured(self):
        self.write("settings.toml", 'CIRCUITPY_WIFI_SSID = "home"\n')
        capture = os.path.join(self.scratch, "frames.pcapng")
        self.assertEqual(["True 14"], self.run_drive("--radio", "loopback", "--pcap", capture, code=self.CODE).lines)
        with open(capture, "rb") as file:
            data = file.read()
        self.assertEqual(b"\x0a\x0d\x0d\x0a", data[:4])
        self.assertIn(b"over the stack", data)

    def test_what_a_stack_cannot_do_is_said_before_the_start(self):
        self.write("fake/a/b.txt", "")
        for arguments, said in (
            (["--pcap", "x.pcapng"], "SOCKETPOOL_PCAP"), (["--radio", "loopback", "--pcap", "/nowhere/x"], "capture"),
            (["--radio", "loopback", "--host", "a=127.0.0.1:80"], "does not reach this machine at 127.0.0.1"),
            (["--radio", "loopback", "--host", f"*={self.drive}/fake"], "there is no --gateway"),
        ):
            with self.subTest(arguments=arguments):
                done = self.run_drive(*arguments, code="print('ran')", status=2)
                self.assertIn(said, done.errors)
                self.assertEqual("", done.output)


class FolderTests(FetchCase):
    def setUp(self):
        super().setUp()
        self.write("fake/api.example.com/v1/quote.json", '{"quote": 1}')
        self.write("fake/api.example.com/v1/page?n=2.txt", "two")
        self.write("fake/api.example.com/v1/page.txt", "any")
        self.write("fake/api.example.com/v1/POST quote.json", '{"posted": true}')
        self.write("fake/api.example.com/index.html", "<p>root")
        self.write("fake/api.example.com/raw.http", b"HTTP/1.1 503 Busy\r\nRetry-After: 9\r\n\r\nbusy")

    def ask(self, *calls):
        calls = "\n".join(f"print(ascii(fetch({call})))" for call in calls)
        return self.run_drive("--offline", "--host", "*=fake", code=self.code(calls), cwd=self.drive)

    def test_files_answer_requests(self):
        done = self.ask("'api.example.com', path='/v1/quote'", "'api.example.com', 80, '/v1/quote?lang=en', False", "'api.example.com', path='/v1/page?n=2'",
                        "'api.example.com', path='/v1/page?n=3'", "'api.example.com', path='/v1/quote', method='POST', body=b'abc'", "'api.example.com'",
                        "'api.example.com', path='/raw'")
        bodies = [line.rpartition("\\r\\n\\r\\n")[2].rstrip("'") for line in done.lines]
        self.assertEqual(['{"quote": 1}', '{"quote": 1}', "two", "any", '{"posted": true}', "<p>root", "busy"], bodies)
        kinds = [line.partition("Content-Type: ")[2].partition("\\r")[0] for line in done.lines[:-1]]
        self.assertEqual(["application/json"] * 2 + ["text/plain"] * 2 + ["application/json", "text/html"], kinds)
        self.assertIn("503 Busy", done.lines[-1])
        self.assertEqual([
            ("GET", "https://api.example.com/v1/quote", 0, 200, "fake/api.example.com/v1/quote.json"),
            ("GET", "http://api.example.com/v1/quote?lang=en", 0, 200, "fake/api.example.com/v1/quote.json"),
        ], [tuple(request[key] for key in ("method", "url", "body_bytes", "status", "file")) for request in done.report["requests"][:2]])
        self.assertEqual(("POST", 3), tuple(done.report["requests"][4][key] for key in ("method", "body_bytes")))
        self.assertIn("GET https://api.example.com/v1/quote 200 fake/api.example.com/v1/quote.json", done.errors)

    def test_what_no_file_answers_names_the_file_that_would(self):
        done = self.ask("'api.example.com', path='/v2/new?x=1'", "'other.example.com', path='/'", "'api.example.com', path='/a/b.txt'")
        for line, wanted in zip(done.lines, ("fake/api.example.com/v2/new.json", "fake/other.example.com/index.json", "fake/api.example.com/a/b.txt"), strict=True):
            self.assertIn("404 Not Found", line)
            self.assertIn(wanted, line)
            self.assertIn(wanted, done.errors)
        self.assertEqual([404] * 3, [request["status"] for request in done.report["requests"]])

    def test_nothing_outside_the_folder_answers(self):
        self.write("outside.txt", "secret")
        done = self.ask("'api.example.com', path='/../../outside.txt'", "'api.example.com', path='/%2e%2e/%2e%2e/outside.txt'", "'api.example.com', path='/..%2f..%2foutside.txt'")
        self.assertNotIn("secret", done.output)

    def test_ntp_is_answered_with_the_time_of_now(self):
        done = self.run_drive("--offline", "--host", "*=fake", cwd=self.drive, code=self.code("""
            import struct
            sock = pool.socket(type=pool.SOCK_DGRAM)
            sock.settimeout(10)
            sock.sendto(b"\\x23" + bytes(47), pool.getaddrinfo("0.adafruit.pool.ntp.org", 123)[0][4])
            packet = bytearray(48)
            print(sock.recv_into(packet), struct.unpack_from("!I", packet, 40)[0] - 2208988800)
        """))
        count, seconds = done.lines[0].split()
        self.assertEqual("48", count)
        self.assertLess(abs(int(seconds) - time.time()), 120)


if __name__ == "__main__":
    unittest.main()
