"""`python3 -m stacknetwork.simulate` and `socketpool run --network`: programs as they are, in simulated time."""

import os
import random
import shlex
import shutil
import tempfile
from xml.etree import ElementTree

from . import support

SAMPLES = os.path.join(support.REPOSITORY, "samples", "sim")


class SimulateTests(support.TestCase):
    def setUp(self):
        self.folder = tempfile.mkdtemp()
        self.addCleanup(shutil.rmtree, self.folder)

    def write(self, name, content):
        path = os.path.join(self.folder, name)
        with open(path, "w", encoding="utf-8") as file:
            file.write(content)
        return path

    def simulate(self, *arguments, status=0):
        return self.run_python("-m", "stacknetwork.simulate", *arguments, status=status)

    def test_a_sample_is_the_same_in_every_run_and_lasts_hours_of_its_own_time(self):
        captures = [os.path.join(self.folder, name) for name in "abc"]
        outputs = [
            self.simulate("--network", os.path.join(SAMPLES, "python.toml"), "--capture", capture, *extra)
            for capture, extra in zip(captures, ((), (), ("--seed", "2")))
        ]
        self.assertEqual(outputs[0], outputs[1])
        self.assertIn("asked 10 times", outputs[0])
        self.assertIn("no answer", outputs[0])
        contents = []
        for capture in captures:
            with open(capture, "rb") as file:
                contents.append(file.read())
        self.assertEqual(contents[0], contents[1])
        self.assertNotEqual(contents[0], contents[2])

    def test_programs_are_named_on_the_command_line_each_with_its_node(self):
        shutil.copytree(os.path.join(SAMPLES, "python"), os.path.join(self.folder, "python"))
        output = self.simulate(os.path.join(self.folder, "python", "server.py"), "desk=" + os.path.join(self.folder, "python", "client.py"))
        self.assertIn("asked 10 times", output)

    def test_a_program_that_fails_shows_its_traceback_and_the_seed(self):
        output = self.simulate(self.write("bad.py", "import time\ntime.sleep(100)\n1 / 0\n"), status=1)
        for part in ("bad.py", "line 3", "ZeroDivisionError", "seed 1 ended at 100.0"):
            self.assertIn(part, output)

    def test_a_deadlock_is_told_with_the_line(self):
        output = self.simulate(self.write("stuck.py", "import queue\nqueue.Queue().get()\n"), status=1)
        self.assertIn("Nothing can go on", output)
        self.assertIn("stuck.py:2", output)

    def test_a_duration_ends_programs_that_do_not_end(self):
        program = self.write("loop.py", "import time\nwhile True:\n    time.sleep(10)\n    print(round(time.monotonic()))\n")
        self.assertEqual(self.simulate("--duration", "35", program).split(), ["10", "20", "30"])

    def test_errors_of_a_file_have_their_line_and_column(self):
        program = self.write("p.py", "pass\n")
        for place, message, content in (
                ("2:10", "", "[nodes.a]\npython = \n"),
                ("1:1", "there are no nodes", "seed = 1\n"),
                ("2:10", "there is no program", "[nodes.a]\npython = \"no.py\"\n"),
                ("4:1", "has no key los; it has at, bandwidth", "[nodes.a]\n\n[[rules]]\nlos = 1\n"),
                ("3:9", "\"20 parsecs\" is not a time, as 250ms", "[nodes.a]\n[[rules]]\ndelay = \"20 parsecs\"\n"),
                ("6:9", "there is no node or router \"b\"", f"[nodes.a]\npython = \"{program}\"\n[[rules]]\nloss = 0.1\n[[rules]]\ncrash = \"b\"\n"),
                ("2:7", "socketpool sim", "[nodes.a]\nrun = \"get http://b/\"\n"),
                ("3:8", "\"pico9\" is no board: desk, picow", f"[nodes.a]\npython = \"{program}\"\nboard = \"pico9\"\n".replace("board = ", "board= ")),
                ("1:1", "has no key nodez", "nodez = 1\n[nodes.a]\n")):
            with self.subTest(message=message):
                path = self.write("x.toml", content)
                self.assertIn(f"simulate: {path}:{place}: ", output := self.simulate("--network", path, status=2))
                self.assertIn(message, output)
        self.assertIn("there is no such program", self.simulate("/nowhere.py", status=2))

    def test_a_sweep_runs_each_seed_in_a_process_of_its_own_and_names_what_fails(self):
        program = self.write("p.py", "import random, time\ntime.sleep(random.random())\nassert random.randrange(3), 'bad luck'\n")
        output = self.simulate("--seeds", "1-9", program, status=1)
        self.assertEqual(output.partition("Played")[0], self.simulate("--seeds=1-9", program, status=1).partition("Played")[0])
        failed = [line.split(":")[0].removeprefix("seed ") for line in output.splitlines() if line.endswith("AssertionError: bad luck")]
        self.assertTrue(1 <= len(failed) < 9, output)
        self.assertIn(f"9 seeds, {len(failed)} failed", output)
        self.assertIn("bad luck", self.simulate("--seed", failed[0], program, status=1))
        for shard, count in ((1, 5), (2, 4)):
            own = [seed for seed in failed if int(seed) % 2 == shard % 2]
            played = self.simulate("--seeds", "1-9", f"--shard={shard}/2", program, status=1 if own else 0)
            self.assertIn(f"{count} seeds, {len(own)} failed", played)
            self.assertEqual([line.split(":")[0] for line in played.splitlines() if line.startswith("seed ")], [f"seed {seed}" for seed in own])
        self.assertIn("no shard 3 of 2", self.simulate("--seeds", "1-9", "--shard", "3/2", program, status=2))
        for arguments in (["--shard", "1/2"], ["--seeds", "9-1"], ["--seeds", "x"], ["--seeds", "1-2", "--seed", "1"], ["--seed", "2147483648"], ["--duration", "nan"]):
            with self.subTest(arguments=arguments):
                self.simulate(*arguments, program, status=2)

    def test_a_sweep_and_its_shards_write_reports_that_have_each_seed_once(self):
        program = self.write("lucky.py", "import random\nassert random.randrange(3), 'bad <luck> \\x07'\n")
        seen = {}
        for shard in (1, 2):
            report = os.path.join(self.folder, f"shard-{shard}.xml")
            fails = any(random.Random(seed).randrange(3) == 0 for seed in range(shard, 10, 2))
            output = self.simulate("--seeds", "1-9", "--shard", f"{shard}/2", f"--junit={report}", program, status=1 if fails else 0)
            root = ElementTree.parse(report).getroot()
            suite = root.find("testsuite")
            self.assertEqual((root.tag, suite.get("name")), ("testsuites", program))
            cases = suite.findall("testcase")
            failures = [case for case in cases if case.find("failure") is not None]
            self.assertEqual((suite.get("tests"), suite.get("failures")), (str(len(cases)), str(len(failures))))
            self.assertIn(f"{len(cases)} seeds, {len(failures)} failed", output)
            seen.update((case.get("name"), case.find("failure")) for case in cases)
            self.assertTrue(all(float(case.get("time")) > 0 for case in cases))
        self.assertEqual(sorted(seen), [f"seed {seed}" for seed in range(1, 10)])
        name, failure = next((name, failure) for name, failure in seen.items() if failure is not None)
        seed = name.removeprefix("seed ")
        self.assertIn("AssertionError: bad <luck> ", failure.get("message"))
        self.assertIn("Traceback", failure.text)
        self.assertIn(f"The simulation of seed {seed} failed.", failure.text)
        again = failure.text.partition("The same run again: ")[2].splitlines()[0]
        self.assertEqual(shlex.split(again), ["python3", "-m", "stacknetwork.simulate", program, "--seed", seed])
        self.assertIn("bad <luck>", self.run_python(*shlex.split(again)[1:], status=1))

    def test_what_lasts_too_long_is_told_in_the_words_of_python(self):
        program = self.write("days.py", "import time\ntime.sleep(86400 * 2.5)\nprint('slept')\n")
        output = self.simulate(program, status=1)
        self.assertIn("Set max_duration if it needs more", output)
        self.assertNotIn("SimulationOptions", output)
        self.assertIn("slept", self.simulate("--duration", "250000", program))

    def test_a_report_needs_a_sweep_and_a_file_that_can_be_written(self):
        program = self.write("p.py", "pass\n")
        self.assertIn("--junit are for --seeds", self.simulate("--junit", "x.xml", program, status=2))
        self.assertIn("No such file or directory", self.simulate("--seeds", "1-2", "--junit", os.path.join(self.folder, "no", "x.xml"), program, status=2))

    def test_a_sample_with_the_air_and_a_router_gives_a_timeline_and_the_same_bytes(self):
        page, captures = os.path.join(self.folder, "page.html"), [os.path.join(self.folder, name) for name in "ab"]
        outputs = [self.simulate("--network", os.path.join(SAMPLES, "station.toml"), "--capture", capture, *extra)
                   for capture, extra in zip(captures, (["--timeline", page], ["--netstat"]))]
        self.assertIn("pico: joined cafe", outputs[0])
        self.assertIn("pico: lost and back", outputs[0])
        with open(page, encoding="utf-8") as file:
            self.assertIn("<html", file.read())
        contents = []
        for capture in captures:
            with open(capture, "rb") as file:
                contents.append(file.read())
        self.assertEqual(*contents)
        self.assertGreater(len(contents[0]), 1000)


class RunTests(support.TestCase):
    setUp = SimulateTests.setUp
    write = SimulateTests.write

    def run_drive(self, *arguments, status=0):
        return self.run_python("-m", "socketpool", "run", "--network", os.path.join(SAMPLES, "board.toml"), *arguments, status=status)

    def drive(self, program):
        folder = os.path.join(self.folder, "drive")
        os.makedirs(folder)
        with open(os.path.join(folder, "code.py"), "w", encoding="utf-8") as file:
            file.write(program)
        return folder

    def test_a_drive_runs_on_a_node_in_simulated_time(self):
        with open(os.path.join(SAMPLES, "python", "client.py"), encoding="utf-8") as file:
            drive = self.drive(file.read())
        first = self.run_drive(drive)
        self.assertEqual(first, self.run_drive(drive))
        self.assertIn("1000.305", first)  # a board's clock begins there
        self.assertIn("asked 10 times", first)
        self.assertIn("Code done running.", first)

    def test_what_is_real_is_refused_and_the_node_has_to_be_known(self):
        drive = self.drive("print(1)\n")
        self.assertIn("--timeout does not go with --network", self.run_drive("--timeout", "5", drive, status=2))
        self.assertIn("--node x: the file has server, board", self.run_drive("--node", "x", drive, status=2))
        self.assertIn("1", self.run_drive("--node", "board", "--seed", "3", "--pcap", os.path.join(self.folder, "x.pcapng"), drive))
        self.assertGreater(os.path.getsize(os.path.join(self.folder, "x.pcapng")), 100)

    def test_a_program_that_fails_ends_with_1(self):
        self.assertIn("ZeroDivisionError", self.run_drive(self.drive("import time\ntime.sleep(5000)\n1 / 0\n"), status=1))

    def run_on(self, scenario, *arguments, status=0):
        return self.run_python("-m", "socketpool", "run", "--network", scenario, *arguments, status=status)

    def test_a_drive_on_a_station_meets_the_air_and_the_limits_of_its_board(self):
        drive = self.drive("""
import ipaddress, socketpool, wifi
print("joined", wifi.radio.connected, wifi.radio.ap_info.ssid, wifi.radio.ipv4_address)
print("hears", [n.ssid for n in wifi.radio.start_scanning_networks()])
wifi.radio.stop_scanning_networks()
for ssid, password in (("nobody", "secret123"), ("cafe", "wrong-password")):
    wifi.radio.stop_station()
    try:
        wifi.radio.connect(ssid, password)
    except ConnectionError as error:
        print(ssid, error, wifi.radio.connected, wifi.radio.ipv4_address)
pool = socketpool.SocketPool(wifi.radio)
try:
    pool.getaddrinfo("server", 80)
except OSError as error:
    print("lookup", error)
wifi.radio.connect("cafe", "secret123")
print("ping", wifi.radio.ping(ipaddress.ip_address("203.0.113.9")) is not None)
held = []
try:
    while True:
        held.append(pool.socket())
except RuntimeError as error:
    print(len(held), error)
for sock in held:
    sock.close()
with pool.socket() as sock:
    try:
        sock.connect(("server", 81))
    except OSError as error:
        print("refused", error.errno)
with pool.socket() as sock:
    sock.connect(("server", 80))
    buffer = bytearray(100)
    print("degrees" in str(buffer[:sock.recv_into(buffer)]))
""")
        scenario = os.path.join(SAMPLES, "station.toml")
        output = self.run_on(scenario, "--node", "drive", "--board", "picow", drive)
        for line in ("joined True cafe 192.168.1.100", "hears ['cafe']", "nobody No network with that ssid False None", "cafe Authentication failure False None",
                     "lookup (-2, 'Name or service not known')", "ping True", "8 Out of sockets", "refused 104", "True"):
            self.assertIn(line, output.splitlines(), output)
        self.assertEqual(output, self.run_on(scenario, "--node", "drive", "--board", "picow", drive))
        for arguments, words in ((["--ap", "cafe:secret123"], "--ap does not go with --node drive"), (["--board", "airlift"], "--board airlift does not go with --network"), (["--board", "pico9"], "is no board")):
            self.assertIn(words, self.run_on(scenario, "--node", "drive", *arguments, drive, status=2))

    def test_a_power_cut_starts_the_drive_anew_and_the_duration_ends_it(self):
        scenario = self.write("x.toml", "duration = 60\n[nodes.a]\n[[rules]]\npower-off = \"a\"\nat = 20\nfor = 5\n")
        drive = self.drive("import time, wifi\nwifi.radio.connect('any')\nprint('address', wifi.radio.ipv4_address)\nwhile True:\n    time.sleep(1)\n    print('tick')\n")
        output = self.run_on(scenario, drive)
        self.assertEqual(output.count("address 10.0."), 2, output)
        self.assertIn(output.count("tick"), range(52, 57))  # until 20 s, and from 25 s to 60 s
        self.assertIn(self.run_on(scenario, "--run-for", "10", drive).count("tick"), range(8, 11))
        for option in ("--timeline", "--seed", "--node"):
            self.assertIn(f"{option} is for --network", self.run_python("-m", "socketpool", "run", option, "1", drive, status=2))

    def test_a_program_in_the_style_of_a_guide_reads_its_settings_and_gets_through_an_outage(self):
        self.write("site.py", """
import socketpool, wifi
pool = socketpool.SocketPool(wifi.radio)
with pool.socket() as listener:
    listener.bind(("0.0.0.0", 80))
    listener.listen(2)
    while True:
        connection, address = listener.accept()
        with connection:
            request = bytearray(500)
            count = connection.recv_into(request)
            path = bytes(request[:count]).decode().split()[1]
            body = '{"path": "' + path + '"}'
            connection.sendall(f"HTTP/1.1 200 OK\\r\\nContent-Length: {len(body)}\\r\\n\\r\\n{body}".encode())
""")
        scenario = self.write("guide.toml", """
seed = 4
internet = true
dns = { "quotes.example" = "198.18.0.80" }
[sites.home]
[access-points.ap]
switch = "home"
ssid = "cafe"
password = "secret123"
[nodes.web]
switch = "internet"
addresses = "198.18.0.80/16"
python = "site.py"
[stations.drive]
[[rules]]
between = ["web", "drive"]
loss = 0.1
delay = "30ms"
[[rules]]
wifi-off = "ap"
at = "40s"
for = "30s"
""")
        drive = self.drive("""
import ipaddress
import json
import os
import ssl
import time
import microcontroller
import socketpool
import wifi

print("Connecting to", os.getenv("CIRCUITPY_WIFI_SSID"))
wifi.radio.connect(os.getenv("CIRCUITPY_WIFI_SSID"), os.getenv("CIRCUITPY_WIFI_PASSWORD"))
print("Connected, my address is", wifi.radio.ipv4_address)
pool = socketpool.SocketPool(wifi.radio)
print("Ping", wifi.radio.ping(ipaddress.IPv4Address("198.18.0.80")) is not None)
context = ssl.create_default_context()

def get(host, path):
    info = pool.getaddrinfo(host, 80, 0, pool.SOCK_STREAM)[0]
    with pool.socket(info[0], info[1]) as sock:
        sock.settimeout(10)
        sock.connect(info[-1])
        sock.send(f"GET {path} HTTP/1.1\\r\\nHost: {host}\\r\\n\\r\\n".encode())
        answer, buffer = b"", bytearray(32)
        while count := sock.recv_into(buffer):
            answer += buffer[:count]
    return json.loads(answer.partition(b"\\r\\n\\r\\n")[2])

good = failed = 0
while good < 5:
    try:
        print("Got", get("quotes.example", f"/{good}")["path"])
        good += 1
    except OSError as error:
        failed += 1
        print("Failed, trying again:", error)
        if not wifi.radio.connected:
            try:
                wifi.radio.connect(os.getenv("CIRCUITPY_WIFI_SSID"), os.getenv("CIRCUITPY_WIFI_PASSWORD"))
            except ConnectionError as error:
                print("No Wi-Fi:", error)
    time.sleep(15)
print("Done with", failed > 0, microcontroller.cpu.temperature > 0)
""")
        with open(os.path.join(drive, "settings.toml"), "w", encoding="utf-8") as file:
            file.write('CIRCUITPY_WIFI_SSID = "cafe"\nCIRCUITPY_WIFI_PASSWORD = "secret123"\n')
        output = self.run_on(scenario, "--board", "picow", drive)
        for line in ("Connected, my address is 192.168.1.100", "Ping True", "Got /0", "No Wi-Fi: No network with that ssid", "Got /4", "Done with True True", "Code done running."):
            self.assertIn(line, output)
        self.assertEqual(output, self.run_on(scenario, "--board", "picow", drive))

    def test_what_ends_a_program_on_another_node_is_shown_with_its_line(self):
        program = self.write("bad.py", "import time\ntime.sleep(5)\n1 / 0\n")
        scenario = self.write("x.toml", f"[nodes.a]\n[nodes.b]\npython = \"{program}\"\n")
        output = self.run_on(scenario, self.drive("import time\ntime.sleep(10)\n"), status=1)
        self.assertIn("bad.py\", line 3", output)
        self.assertIn("ZeroDivisionError", output)
        self.assertNotIn("_simulation.py", output)
