"""`wifi` and `hostnetwork` on this host. Nothing here leaves the machine."""

import gc
import inspect
import ipaddress
import re
import socket
import unittest

from . import support

import hostnetwork
import socketpool
import wifi

# Every test has a radio as an import makes it, on loopback, whatever the one of another test was told.
LOOPBACK = "import wifi, socketpool\nradio = wifi.radio\npool = socketpool.SocketPool(radio)\n"


class RadioTests(support.TestCase):
    def setUp(self):
        self.radio = wifi.radio
        self.addCleanup(self.radio._begin)

    def test_libraries_know_the_radio_by_the_name_of_its_class(self):
        self.assertEqual(("Radio", "wifi"), (type(wifi.radio).__name__, type(wifi.radio).__module__))
        self.assertIsInstance(wifi.radio, hostnetwork.HostNetwork)
        self.assertEqual({wifi.radio: 1}[wifi.radio], 1)

    def test_there_is_one_radio(self):
        self.assertRaisesRegex(TypeError, "use wifi.radio", wifi.Radio)
        self.assertIs(socketpool.SocketPool(wifi.radio), socketpool.SocketPool(radio=wifi.radio))

    def test_the_address_can_be_bound_and_reached(self):
        address = self.radio.ipv4_address
        self.assertIsInstance(address, ipaddress.IPv4Address)
        pool = socketpool.SocketPool(self.radio)
        with pool.socket() as listener, pool.socket() as client:
            listener.bind((str(address), 0))
            listener.listen(1)
            client.connect(listener.getsockname())
            accepted, (peer, _) = listener.accept()
            accepted.close()
            self.assertEqual(str(address), peer)
        self.assertIn(str(address), self.radio.addresses)

    def test_what_says_nothing_when_there_is_nothing(self):
        for value in (self.radio.ipv4_gateway, self.radio.ipv4_dns, self.radio.ipv4_subnet):
            self.assertTrue(value is None or isinstance(value, ipaddress.IPv4Address))
        for text in (*self.radio.dns, *filter(None, [self.radio.ipv6])):
            ipaddress.ip_address(text.partition("%")[0])
        self.assertEqual(6, len(self.radio.mac_address))
        self.assertEqual(self.radio.mac_address, self.radio.mac_address_ap)
        self.assertEqual([], list(self.radio.start_scanning_networks(start_channel=11, stop_channel=1)))
        self.assertEqual([], list(self.radio.start_scanning_networks(start_channel=14, stop_channel=14)))
        for wrong in ({"start_channel": 0}, {"stop_channel": 15}):
            with self.assertRaises(ValueError):
                self.radio.start_scanning_networks(**wrong)
        channels = inspect.signature(self.radio.start_scanning_networks).parameters
        self.assertEqual((1, 11), (channels["start_channel"].default, channels["stop_channel"].default))
        self.assertIsNone(self.radio.stop_scanning_networks())

    def test_it_is_connected_before_and_after_connect(self):
        self.assertTrue(self.radio.connected)
        self.assertEqual(self.radio.connected, self.radio.ap_info is not None)
        self.assertEqual(repr(self.radio.ipv4_address), str(self.radio.ipv4_address))
        self.radio.mac_address = b"\x02\0\0\0\0\1"
        self.assertEqual(b"\x02\0\0\0\0\1", self.radio.mac_address)
        self.assertRaisesRegex(ValueError, "Invalid MAC address", setattr, self.radio, "mac_address", b"12345")
        self.assertRaises(TypeError, wifi.Station)
        self.assertIsNone(self.radio.connect("home", "correct horse", channel=6, timeout=10))
        self.assertTrue(self.radio.connected)
        info = self.radio.ap_info
        self.assertEqual(("home", 6, ""), (info.ssid, info.channel, info.country))
        self.assertEqual([wifi.AuthMode.WPA2, wifi.AuthMode.PSK], info.authmode)
        self.assertLess(info.rssi, 0)
        self.assertRegex(repr(info), "<Network ssid='home'")

    def test_connect_takes_what_a_board_takes(self):
        for arguments in (("x",), (b"x" * 32, b""), ("x", None), ("x", "8letters"), ("x", "0a" * 32), (memoryview(b"x"), bytearray(b"8letters"))):
            self.radio.connect(*arguments)
        self.radio.connect("x", bssid=b"\0\1\2\3\4\5")
        self.assertEqual(b"\0\1\2\3\4\5", self.radio.ap_info.bssid)

    def test_connect_refuses_what_a_board_refuses(self):
        for error, arguments, keywords in (
            (ValueError, ("",), {}), (ValueError, ("x" * 33,), {}), (ValueError, ("x", "7letter"), {}), (ValueError, ("x", "g" * 64), {}),
            (ValueError, ("x", "x" * 65), {}), (ValueError, ("x",), {"bssid": b"12345"}), (ValueError, ("x",), {"channel": -1}),
            (TypeError, (1,), {}), (TypeError, (None,), {}), (TypeError, (), {}), (TypeError, ("x", "8letters", 1), {}),
            (TypeError, ("x",), {"timeout": "1"} | {"channel": "1"}),
        ):
            with self.subTest(arguments=arguments, keywords=keywords):
                self.assertRaises(error, self.radio.connect, *arguments, **keywords)

    def test_without_a_station_there_is_no_address(self):
        self.radio.stop_station()
        self.assertEqual((False, None, None, None, ()), (self.radio.connected, self.radio.ipv4_address, self.radio.ipv4_gateway,
                                                         self.radio.ap_info, self.radio.addresses))
        self.radio.start_station()
        self.assertTrue(self.radio.connected)

    def test_switching_it_off_closes_the_sockets(self):
        radio = hostnetwork.HostNetwork()
        self.assertTrue(self.radio.enabled)
        pool, other = socketpool.SocketPool(self.radio), socketpool.SocketPool(radio)
        with pool.socket() as mine, other.socket() as others:
            self.radio.enabled = False
            self.assertEqual(-1, mine.fileno())
            self.assertNotEqual(-1, others.fileno())
            self.assertFalse(self.radio.connected)
        self.radio.enabled = True
        self.assertTrue(self.radio.connected)
        with pool.socket() as again:
            self.assertNotEqual(-1, again.fileno())

    def test_the_host_name_is_the_host_s_until_it_is_set(self):
        self.assertEqual(socket.gethostname(), self.radio.hostname)
        self.radio.hostname = "desk-1.example"
        self.assertEqual("desk-1.example", self.radio.hostname)
        self.assertNotEqual("desk-1.example", socket.gethostname())
        for name in ("", "-a", "a..b", "a_b", "x" * 64, "a." * 127):
            with self.assertRaises(ValueError, msg=name):
                self.radio.hostname = name

    def test_what_only_a_board_can_is_kept_without_effect(self):
        self.assertIs(wifi.PowerManagement.MIN, self.radio.power_management)
        self.radio.power_management = wifi.PowerManagement.NONE
        self.radio.tx_power = 8
        self.radio.listen_interval = 3
        self.assertEqual((wifi.PowerManagement.NONE, 8.0, 3), (self.radio.power_management, self.radio.tx_power, self.radio.listen_interval))
        for value in (1, None, wifi.PowerManagement.UNKNOWN):
            with self.assertRaises(ValueError):
                self.radio.power_management = value

    def test_static_addresses_are_checked_and_left_alone(self):
        before = self.radio.ipv4_address, self.radio.dns
        good = {"ipv4": ipaddress.ip_address("10.0.0.2"), "netmask": "255.0.0.0", "gateway": "10.0.0.1"}
        self.radio.set_ipv4_address(**good, ipv4_dns="10.0.0.1")
        self.radio.set_ipv4_address_ap(**good)
        self.radio.ipv4_dns = ipaddress.ip_address("10.0.0.1")
        self.radio.dns = ["10.0.0.1", "::1"]
        for method in (self.radio.start_dhcp, self.radio.stop_dhcp, self.radio.start_dhcp_ap, self.radio.stop_dhcp_ap):
            method()
        self.assertEqual(before, (self.radio.ipv4_address, self.radio.dns))
        self.assertRaises(ValueError, self.radio.set_ipv4_address, **{**good, "gateway": "nobody"})
        self.assertRaises(TypeError, self.radio.set_ipv4_address, ipv4="10.0.0.2")

    def test_an_access_point_is_found_at_the_host_s_address(self):
        self.assertEqual((False, None, None), (self.radio.ap_active, self.radio.ipv4_address_ap, self.radio.stations_ap))
        self.radio.start_ap("desk", "8letters", channel=13, authmode=[wifi.AuthMode.WPA2, wifi.AuthMode.PSK], max_connections=1)
        self.assertEqual((True, []), (self.radio.ap_active, self.radio.stations_ap))
        self.assertEqual(self.radio.ipv4_address, self.radio.ipv4_address_ap)
        self.assertEqual(self.radio.ipv4_subnet, self.radio.ipv4_subnet_ap)
        self.assertEqual(self.radio.ipv4_address_ap, self.radio.ipv4_gateway_ap)
        self.assertEqual(self.radio.addresses, self.radio.addresses_ap)
        self.radio.stop_ap()
        self.assertEqual((False, None, ()), (self.radio.ap_active, self.radio.ipv4_address_ap, self.radio.addresses_ap))

    def test_start_ap_refuses_what_a_board_refuses(self):
        open_mode = [wifi.AuthMode.OPEN]
        for arguments, keywords in ((("",), {}), (("x", "short"), {}), (("x",), {"channel": 14}), (("x", "8letters"), {"authmode": open_mode}),
                                    (("x",), {"authmode": [wifi.AuthMode.WPA2]}), (("x",), {"authmode": [1]})):
            with self.subTest(arguments=arguments, keywords=keywords):
                self.assertRaises(ValueError, self.radio.start_ap, *arguments, **keywords)
        self.radio.start_ap("x", authmode=open_mode)

    def test_ping_with_hardly_any_time(self):
        try:
            seconds = self.radio.ping("127.0.0.1", timeout=1e-9)
        except PermissionError as error:
            self.skipTest(str(error))
        self.assertTrue(seconds is None or seconds >= 0)

    def test_ping_tells_the_seconds(self):
        try:
            seconds = self.radio.ping(ipaddress.ip_address("127.0.0.1"), timeout=5)
        except PermissionError as error:
            self.skipTest(str(error))
        self.assertTrue(0 < seconds < 5, seconds)
        self.assertIsNotNone(self.radio.ping("localhost"))
        self.assertIsNotNone(self.radio.ping("127.0.0.1", timeout=None))
        self.assertRaises(TypeError, self.radio.ping, "127.0.0.1", 1)
        for timeout in (0, -1, float("nan"), float("inf")):
            self.assertRaisesRegex(ValueError, "timeout", self.radio.ping, "127.0.0.1", timeout=timeout)

    def test_what_programs_name_but_a_host_has_not(self):
        self.assertFalse(hasattr(wifi, "Monitor"))
        self.assertEqual("wifi.AuthMode.OPEN", repr(wifi.AuthMode.OPEN))
        for cls in (wifi.AuthMode, wifi.PowerManagement, wifi.Network):
            self.assertRaises(TypeError, cls)


class HostNetworkTests(support.TestCase):
    def test_one_interface_has_its_own_addresses_and_its_own_pool(self):
        radio = hostnetwork.HostNetwork(interface="lo", max_sockets=3)
        self.assertEqual(("lo", 3), (radio.interface, radio.max_sockets))
        self.assertEqual(("127.0.0.1", "255.0.0.0", None), radio._ipv4)
        pool = socketpool.SocketPool(radio)
        self.assertIsNot(pool, socketpool.SocketPool(hostnetwork.HostNetwork()))
        sockets = [pool.socket() for _ in range(3)]
        self.assertRaisesRegex(RuntimeError, "Out of sockets", pool.socket)
        for open_socket in sockets:
            open_socket.close()

    def test_what_it_cannot_be_is_said(self):
        for error, text, keywords in (
            (ValueError, 'no interface "nope"; it has .*lo', {"interface": "nope"}), (ValueError, "max_sockets is 1 to", {"max_sockets": 0}),
            (ValueError, "limit of open files", {"max_sockets": 2**30}), (OverflowError, "max_sockets", {"max_sockets": 2**40}),
            (TypeError, "unexpected keyword", {"interfaces": "lo"}), (TypeError, "", {"max_sockets": "3"}),
        ):
            with self.subTest(keywords=keywords):
                self.assertRaisesRegex(error, text, hostnetwork.HostNetwork, **keywords)
        self.assertRaisesRegex(TypeError, "keyword arguments only", hostnetwork.HostNetwork, "lo")

    def test_a_radio_of_one_s_own_class_comes_and_goes(self):
        class Mine(hostnetwork.HostNetwork):
            pass

        for _ in range(1000):
            radio = Mine()
            radio.itself = radio
            self.assertIs(socketpool.SocketPool(radio), socketpool.SocketPool(radio))
        del radio
        gc.collect()
        self.assertEqual(0, sum(type(o) is Mine for o in gc.get_objects()))


class EnvironmentTests(support.TestCase):
    def run_with(self, code, status=0, **changes):
        return self.run_python("-c", LOOPBACK + code, status=status, env=support.environment(**changes))

    def test_the_interface_is_chosen_without_changing_the_program(self):
        self.assertEqual("lo 127.0.0.1 None True\n", self.run_with(
            "print(radio.interface, radio.ipv4_address, radio.ipv4_gateway, radio.connected)", SOCKETPOOL_INTERFACE="lo"))

    def test_the_budget_is_chosen_without_changing_the_program(self):
        self.assertEqual("2\n", self.run_with("print(radio.max_sockets)", SOCKETPOOL_MAX_SOCKETS="2"))

    def test_empty_is_as_not_set(self):
        self.assertEqual("None 128\n", self.run_with("print(radio.interface, radio.max_sockets)", SOCKETPOOL_INTERFACE="", SOCKETPOOL_MAX_SOCKETS=""))

    def test_a_wrong_value_is_said_with_the_variable_s_name(self):
        for name, value in (("SOCKETPOOL_INTERFACE", "nope"), ("SOCKETPOOL_MAX_SOCKETS", "many"), ("SOCKETPOOL_MAX_SOCKETS", "0"),
                            ("SOCKETPOOL_MAX_SOCKETS", "9" * 20), ("SOCKETPOOL_INTERFACE", "max_sockets"), ("SOCKETPOOL_INTERFACE", "\udcff")):
            with self.subTest(name=name, value=value):
                said = self.run_with("", status=1, **{name: value}).strip().splitlines()[-1]
                self.assertRegex(said, f"^ValueError: environment variable {name}={re.escape(repr(value))}")

    def test_a_second_import_finds_the_same_radio(self):
        self.assertEqual("True\n", self.run_with("import importlib; print(importlib.import_module('wifi').radio is radio)"))

    def test_importing_wifi_brings_in_nothing_slow(self):
        loaded = self.run_with("import sys; print(*sorted(sys.modules))").split()
        self.assertFalse({"socket", "ipaddress", "enum", "typing", "collections", "re"} & set(loaded) - self.started_with())

    def started_with(self):
        return set(self.run_python("-c", "import sys; print(*sys.modules)").split())


if __name__ == "__main__":
    unittest.main()
