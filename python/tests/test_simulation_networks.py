"""`stacknetwork.simulation()`: routers, sites, access points and stations, every fault, scripts and the nemesis."""

import base64
import gzip
import json
import os
import re
import shutil
import tempfile
import time
import unittest
import unittest.mock

from . import support  # first: it says where the modules are

import stacknetwork
import wifi


def serve(node, port=80):
    with node.pool.socket() as listener:
        listener.setsockopt(1, 2, 1)
        listener.bind(("0.0.0.0", port))
        listener.listen(5)
        while True:
            connection, address = listener.accept()
            with connection:
                connection.send(address[0].encode())


def ask(node, host, port=80, timeout=5):
    with node.pool.socket() as client:
        client.settimeout(timeout)
        client.connect((host, port))
        buffer = bytearray(100)
        return buffer[:client.recv_into(buffer)].decode()


class TopologyTests(support.TestCase):
    def test_a_site_reaches_the_internet_by_nat_and_is_reached_by_a_forwarded_port(self):
        with stacknetwork.simulation() as net:
            world = net.internet()
            home = net.site("home", forward={8080: "192.168.1.50:80"})
            nas = net.node("nas", "192.168.1.50/24", switch=home)
            phone, shop = net.node("phone", switch=home), net.node("shop", switch="internet")
            for node in (nas, shop, world):
                node.run(serve, node)
            time.sleep(5)
            router = home.router
            self.assertIn("198.18.0.2", router.addresses)
            self.assertEqual(router.leases, {phone.address: "phone"})
            self.assertEqual(ask(phone, "shop"), "198.18.0.2")
            self.assertEqual(ask(phone, "203.0.113.77"), "198.18.0.2")
            self.assertEqual(ask(shop, "198.18.0.2", 8080), shop.address)
            self.assertTrue(any(line.startswith(f"TCP {phone.address}:") for line in router.nat_mappings), router.nat_mappings)
            router.flush_nat()
            self.assertFalse(any(line.startswith(f"TCP {phone.address}:") for line in router.nat_mappings))
            with router.power_off(), self.assertRaises(OSError):
                ask(phone, "203.0.113.77", timeout=1)

    def test_a_router_gives_addresses_and_takes_them_away(self):
        with stacknetwork.simulation() as net:
            office, lab = net.switch("office", "192.0.2.0/24"), net.switch("lab", "198.51.100.0/24", mtu=1400)
            router = net.router("gate", office, "lab", addresses={"office": "192.0.2.254/24"}, dhcp=["office"], lease_time=600)
            desk, server = net.node("desk", switch=office), net.node("server", "198.51.100.10/24", switch=lab)
            server.run(serve, server)
            time.sleep(3)
            self.assertEqual(router.leases, {"192.0.2.100": "desk"})
            self.assertEqual(ask(desk, "server"), "192.0.2.100")
            with router.dhcp_outage():
                desk.revoke_lease()
                time.sleep(700)
                self.assertEqual(desk.addresses, [""])
            time.sleep(60)
            self.assertEqual(ask(desk, "server"), desk.address)

    def test_wrong_networks_are_refused_in_the_words_of_scenarios(self):
        with stacknetwork.simulation() as net:
            net.switch("office", "192.0.2.0/24")
            net.node("a")
            for call, words in (
                (lambda: net.switch("office"), 'there is a switch "office" already'),
                (lambda: net.switch("x", "192.0.2.0/33"), "prefix"),
                (lambda: net.switch("x", mtu=10), "mtu is a whole number from 68 to 9000"),
                (lambda: net.router("r"), "needs switches"),
                (lambda: net.router("r", "nowhere"), 'there is no switch "nowhere": there are lan, office'),
                (lambda: net.router("a", "lan"), "already"),
                (lambda: net.router("r", "lan", dhcp=["lan", "lan"]), "twice"),
                (lambda: net.router("r", "lan", forward={80: "10.0.0.5"}), "belongs to nat"),
                (lambda: net.router("r", "lan", colour="red"), "has no key colour"),
                (lambda: net.site("home"), "behind the internet"),
                (lambda: net.access_point("ap", "lan", "cafe", "short"), "8 to 63"),
                (lambda: net.access_point("ap", "lan", ""), "1 to 32 bytes"),
                (lambda: net.access_point("ap", "lan", "cafe", channel=20), "channel"),
                (lambda: net.node("b", switch="nowhere"), "no switch"),
                (lambda: net.node("b", board="pico9"), '"pico9" is no board: desk, picow'),
                (lambda: net.node("a", switch="lan"), "there is a node 'a' already"),
                (lambda: net.station("a"), "is no station"),
                (lambda: net.node('b"]\n[nodes.c'), "no name"),
                (lambda: net.router("r", "lan", lease_time=float("nan"), dhcp=["lan"]), "no number"),
            ):
                with self.subTest(words=words), self.assertRaisesRegex(ValueError, re.escape(words)) as caught:
                    call()
                self.assertNotIn("simulation:", str(caught.exception))
            self.assertEqual(list(net.nodes), ["a"])


class FaultTests(support.TestCase):
    def test_every_fault_begins_and_ends(self):
        with stacknetwork.simulation() as net:
            world = net.internet()
            home = net.site("home")
            ap = net.access_point("ap", home, "cafe")
            a, b, pico = net.node("a"), net.node("b"), net.station("pico")
            self.assertIs(net.node("pico"), pico)
            pico.radio.connect("cafe")
            where = net.between(a, b)
            rules = [
                where.loss(0.1), where.on_port(80).burst_loss(0.1, 0.2, 0.9, 0.01), net.path(a, b).delay(0.02, 0.005), net.at(a).reorder(0.1, 0.01), net.at(home.router).duplicate(0.1),
                net.on(home).corrupt(0.01), home.packets.mark(0.5), ap.packets.mtu(1400), net.everywhere.bandwidth(1e6, 65536),
                where.bandwidth(500_000, codel=True, target=0.01, interval=0.2, marks=True), where.cut(), net.partition(a, [b, home.router]), a.freeze(), a.sleep(), a.skew_clock(-100),
                a.step_clock(-3600), a.read_slowly(1000), net.dns.outage(), home.router.dhcp_outage(), home.router.freeze(), ap.power_off(), ap.set_signal(pico, -80), world.freeze(),
                a.power_off(), home.router.power_off(),
            ]
            for rule in rules:
                rule.lasting(5)
            home.router.flush_nat()
            pico.deauthenticate()
            pico.revoke_lease()
            time.sleep(10)
            begun = len(re.findall(r"rule \d+ begins", net.log))
            self.assertEqual(begun, len(rules), net.log)
            self.assertEqual(len(re.findall(r"rule \d+ ends", net.log)), begun)
            for call, words in (
                (lambda: where.loss(2), '"2" is not a probability, as 10% or 0.1'),
                (lambda: where.loss(float("nan")), "not a probability"),
                (lambda: where.delay(-1), "not a time"),
                (lambda: where.mtu(10), "from 68 to 65535"),
                (lambda: where.bandwidth(0), "not a rate"),
                (lambda: net.between("a", "nobody").cut(), 'there is no node or router "nobody": there are'),
                (lambda: a.skew_clock(-2_000_000), "from -999999"),
                (lambda: ap.set_signal(a, -50), '"a" is no station'),
                (lambda: where.bandwidth(1000, target=1), "codel=True"),
                (lambda: net.nemesis(faults=0), "from 1 to 1000"),
            ):
                with self.subTest(words=words), self.assertRaisesRegex(ValueError, re.escape(words)):
                    call()
            self.assertRaises(TypeError, where.loss, None)

    def test_a_script_plays_and_what_is_wrong_in_it_has_its_place(self):
        folder = tempfile.mkdtemp()
        self.addCleanup(shutil.rmtree, folder)
        path = os.path.join(folder, "day.faults")
        with open(path, "w", encoding="utf-8") as file:
            file.write("# a bad day\nat 1s cut between a b for 2s\nat 5s note over\n")
        with stacknetwork.simulation() as net:
            a, b = net.node("a"), net.node("b")
            b.run(serve, b)
            net.play_file(path)
            time.sleep(1.5)
            with self.assertRaises(OSError):
                ask(a, b.address, timeout=1)
            time.sleep(3)
            self.assertEqual(ask(a, b.address), a.address)
            self.assertIn("over", net.log)
            with self.assertRaisesRegex(ValueError, r'^script:2:7: there is no fault "explode": cut, loss'):
                net.play("\nat 1s explode")
            with open(path, "w", encoding="utf-8") as file:
                file.write("at 1s crash nobody")
            with self.assertRaisesRegex(ValueError, f"^{path}:1:7: there is no node or router"):
                net.play_file(path)

    def test_a_rule_that_cuts_the_power_starts_the_programs_again_at_its_end(self):
        starts = []

        def program():
            starts.append(round(net.now))
            serve(net.node("web"))

        with stacknetwork.simulation() as net:
            web, desk = net.node("web"), net.node("desk")
            web.run(program)
            net.play("at 10s power-off web for 5s\nat 30s restart web")
            for second, expected in ((5, True), (12, False), (20, True), (40, True)):
                time.sleep(second - net.now)
                self.assertEqual(web.is_running, expected)
                if expected:
                    self.assertEqual(ask(desk, "web"), desk.address)
            web.power_off().lasting(1)
            time.sleep(2)
            self.assertEqual(starts, [0, 15, 30, 41])

    def test_a_nemesis_follows_the_seed_and_heals(self):
        def run(seed):
            with stacknetwork.simulation(seed) as net:
                nodes = [net.node(name) for name in ("a", "b", "c")]
                for node in nodes:
                    node.run(serve, node)
                net.nemesis(30, faults=15, longest=5, devices=nodes)
                time.sleep(40)
                self.assertEqual(ask(nodes[0], "b"), nodes[0].address)
                return [line.split(" ", 1)[1] for line in net.log.splitlines() if "nemesis" in line]

        plan = run(7)
        self.assertEqual(len(plan), 16)
        self.assertEqual(plan, run(7))
        self.assertNotEqual(plan, run(8))


class AirTests(support.TestCase):
    def build(self, net, **options):
        hall = net.switch("hall", "192.0.2.0/24")
        self.gate = net.router("gate", hall, "lan", dhcp=["hall"], lease_time=600)
        self.front = net.access_point("front", hall, "cafe", "secret123", channel=6, **options)
        self.web = net.node("web")
        self.web.run(serve, self.web)
        return net.station("pico")

    def test_connect_fails_as_wifi_does_and_the_radio_tells_of_its_network(self):
        with stacknetwork.simulation() as net:
            pico = self.build(net, max_stations=1)
            net.access_point("far", "hall", "open", channel=11, signal=-85)
            net.access_point("away", "hall", "gone", signal=-95)
            radio = pico.radio
            self.assertEqual((radio.connected, radio.ap_info, radio.ipv4_address, radio.ipv4_gateway, radio.addresses), (False, None, None, None, ()))
            self.assertEqual([(n.ssid, n.rssi, n.channel, n.authmode) for n in radio.start_scanning_networks()], [
                ("cafe", -50, 6, [wifi.AuthMode.WPA2, wifi.AuthMode.PSK]), ("open", -85, 11, [wifi.AuthMode.OPEN])])
            radio.stop_scanning_networks()
            self.assertEqual([n.ssid for n in radio.start_scanning_networks(start_channel=7, stop_channel=11)], ["open"])
            for ssid, password, words in (("nobody", "secret123", "No network with that ssid"), ("gone", "", "No network with that ssid"), ("cafe", "secret124", "Authentication failure"),
                                          ("cafe", "", "Authentication failure")):
                with self.subTest(ssid=ssid, password=password), self.assertRaisesRegex(ConnectionError, f"^{words}$"):
                    radio.connect(ssid, password)
            self.assertRaisesRegex(ConnectionError, "No network with that ssid", radio.connect, "cafe", "secret123", channel=1)
            self.assertRaises(ValueError, radio.connect, "", "secret123")
            self.assertRaises(ValueError, radio.connect, "cafe", "short")
            before = net.now
            radio.connect("cafe", "secret123")
            self.assertLess(net.now - before, 4)
            before = net.now
            radio.connect(b"cafe", b"secret123")  # it is there already
            self.assertEqual(net.now, before)
            info = radio.ap_info
            self.assertEqual((info.ssid, info.rssi, info.channel, len(info.bssid)), ("cafe", -50, 6, 6))
            self.assertEqual((str(radio.ipv4_address), str(radio.ipv4_subnet), str(radio.ipv4_gateway)), ("192.0.2.100", "255.255.255.0", "192.0.2.1"))
            self.assertTrue(radio.connected)
            self.assertIsNotNone(radio.ping(self.web.address))
            self.assertEqual(ask(pico, "web"), "192.0.2.100")
            self.assertRaisesRegex(ConnectionError, "^Unknown failure 203$", net.station("other").radio.connect, "cafe", "secret123")
            radio.stop_station()
            self.assertEqual((radio.connected, radio.ap_info, radio.ipv4_address), (False, None, None))
            with self.gate.dhcp_outage():
                self.assertRaisesRegex(ConnectionError, "^Unknown failure 205$", radio.connect, "cafe", "secret123")
            radio.enabled = False
            self.assertRaisesRegex(RuntimeError, "WiFi is not enabled", radio.connect, "cafe", "secret123")
            self.assertRaisesRegex(RuntimeError, "WiFi is not enabled", radio.start_scanning_networks)
            radio.enabled = True
            radio.connect("cafe", "secret123")
            self.assertTrue(radio.connected)

    def test_a_station_loses_its_network_finds_it_again_and_roams(self):
        with stacknetwork.simulation() as net:
            pico = self.build(net)
            back = net.access_point("back", "hall", "cafe", "secret123", channel=11, signal=-85)
            radio = pico.radio
            radio.connect("cafe", "secret123")
            address = str(radio.ipv4_address)
            back.set_signal(pico, -50)
            self.front.set_signal(pico, -80)
            time.sleep(1)
            self.assertEqual((radio.ap_info.channel, radio.ap_info.rssi, str(radio.ipv4_address)), (11, -50, address))
            with back.power_off(), self.front.power_off():
                time.sleep(5)
                self.assertTrue(radio.connected)
                time.sleep(2)
                self.assertFalse(radio.connected)
                self.assertIsNone(radio.ipv4_address)
                self.assertRaises(OSError, ask, pico, self.web.address)
            time.sleep(20)
            self.assertEqual((radio.connected, radio.ap_info.channel, ask(pico, "web")), (True, 11, address))
            pico.deauthenticate()
            self.assertFalse(radio.connected)
            time.sleep(20)
            self.assertTrue(radio.connected)
            with self.gate.dhcp_outage():
                pico.revoke_lease()
                time.sleep(700)
                self.assertIsNone(radio.ipv4_address)

    def test_a_program_of_a_board_is_not_changed_for_the_air(self):
        def program():
            try:
                wifi.radio.connect("cafe", "wrong-password")
            except ConnectionError as error:
                seen.append(str(error))
            wifi.radio.connect("cafe", "secret123")
            seen.append((wifi.radio.ap_info.ssid, str(wifi.radio.ipv4_address), wifi.radio.hostname))

        seen = []
        with stacknetwork.simulation() as net:
            self.build(net).run(program).join()
        self.assertEqual(seen, ["Authentication failure", ("cafe", "192.0.2.100", "pico")])

    def test_a_restarted_station_has_a_new_radio_that_is_in_no_network(self):
        with stacknetwork.simulation() as net:
            pico = self.build(net)
            pico.radio.connect("cafe", "secret123")
            pico.restart()
            self.assertFalse(pico.radio.connected)
            pico.radio.connect("cafe", "secret123")
            self.assertEqual(ask(pico, "web"), str(pico.radio.ipv4_address))


class SeedTests(support.TestCase):
    def test_seeds_follow_the_environment(self):
        self.assertEqual(list(stacknetwork.seeds(1, 5)), [1, 2, 3, 4, 5])
        index, count = "SOCKETPOOL_SIMULATION_SHARD_INDEX", "SOCKETPOOL_SIMULATION_SHARDS"
        job, task = "JOB_COMPLETION_INDEX", "SLURM_ARRAY_TASK_ID"
        tasks = {"SLURM_ARRAY_TASK_MIN": "1", "SLURM_ARRAY_TASK_STEP": "10", "SLURM_ARRAY_TASK_COUNT": "3"}
        shard = "SOCKETPOOL_SIMULATION_SHARD"
        for variables, expected in (
                ({"SOCKETPOOL_SIMULATION_SEED": "9"}, [9]), ({shard: "2/3"}, [2, 5]), ({index: "1", count: "3"}, [2, 5]), ({job: "0", count: "2"}, [1, 3, 5]),
                ({task: "21", **tasks}, [3]), ({task: "4", "SLURM_ARRAY_TASK_COUNT": "5"}, [5]), ({shard: "1/1", job: "7"}, [1, 2, 3, 4, 5]), ({index: "", shard: ""}, [1, 2, 3, 4, 5])):
            with self.subTest(variables=variables), unittest.mock.patch.dict(os.environ, variables):
                self.assertEqual(list(stacknetwork.seeds(1, 5)), expected)
        for variables, words in (
                ({"SOCKETPOOL_SIMULATION_SEED": "x"}, "\"x\" in SOCKETPOOL_SIMULATION_SEED"), ({shard: "4/3"}, "no shard 4 of 3"), ({shard: "1"}, "K/N is expected"),
                ({job: "1"}, "SOCKETPOOL_SIMULATION_SHARDS is not"), ({index: "1"}, "SOCKETPOOL_SIMULATION_SHARDS is not"), ({count: "3"}, "SHARD_INDEX"),
                ({job: "3", count: "3"}, "no shard 4 of 3"), ({job: "x", count: "3"}, "\"x\" in JOB_COMPLETION_INDEX"), ({task: "7", **tasks}, "not evenly spaced"),
                ({task: "one", **tasks}, "\"one\" in SLURM_ARRAY_TASK_ID")):
            with self.subTest(variables=variables), unittest.mock.patch.dict(os.environ, variables):
                self.assertRaisesRegex(ValueError, re.escape(words), stacknetwork.seeds, 1, 5)

    def test_a_timeline_is_written_at_the_end_and_when_asked_for_and_the_least_and_the_greatest_seed_work(self):
        folder = tempfile.mkdtemp()
        self.addCleanup(shutil.rmtree, folder)
        for seed in (0, -(2**31), 2**31 - 1):
            page, now = os.path.join(folder, f"{seed}.html"), os.path.join(folder, f"{seed}-now.html")
            with stacknetwork.simulation(seed, timeline=page) as net:
                a, b = net.node("a"), net.node("b")
                b.run(serve, b)
                self.assertEqual(ask(a, "b"), a.address)
                net.timeline(now)
            for path in (page, now):
                with open(path, encoding="utf-8") as file:
                    content = file.read()
                self.assertIn(f"Timeline of seed {seed}", content)
                data = re.search(r"H4sI[A-Za-z0-9+/]{100,}={0,2}", content)[0]
                events = json.loads(gzip.decompress(base64.b64decode(data)))
                self.assertEqual((events["seed"], events["nodes"][:2], events["failure"]), (seed, ["a", "b"], None))
                self.assertGreater(len(events["packets"]), 5)
                self.assertLess(len(data), len(json.dumps(events)) / 2)
