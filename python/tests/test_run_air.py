"""The access point of --ap, and what a board says when it cannot join."""

import textwrap
import unittest

from . import runs

JOIN = """
    import wifi, socketpool, time
    pool = socketpool.SocketPool(wifi.radio)

    def join(*arguments):
        try:
            wifi.radio.connect(*arguments)
            return wifi.radio.connected
        except ConnectionError as error:
            return str(error)
"""


class AirTests(runs.RunCase):
    def run_air(self, *arguments, then):
        return self.run_drive(*arguments, code=textwrap.dedent(JOIN) + textwrap.dedent(then))

    def test_others_are_refused_in_the_board_s_words(self):
        done = self.run_air("--ap", "home:password", then="""
            print(wifi.radio.connected, wifi.radio.ap_info, wifi.radio.ipv4_address)
            print(join("work", "password"))
            print(join("home", "passw0rd"))
            print(join("home"))
            print(join("home", "password"))
            print(join(b"home", b"password"))
            print(wifi.radio.ap_info.ssid, wifi.radio.ap_info.rssi, wifi.radio.ipv4_address is not None)
            print(join("work", "password"), wifi.radio.connected, wifi.radio.ap_info)
        """)
        self.assertEqual(["False None None", "No network with that ssid", "Authentication failure", "Authentication failure", "True", "True", "home -52 True",
                          "No network with that ssid False None"], done.lines)

    def test_a_scan_finds_it_on_its_channel(self):
        done = self.run_air("--ap", "home:password", then="""
            for first, last in ((1, 14), (11, 1), (7, 14)):
                print([network.ssid for network in wifi.radio.start_scanning_networks(start_channel=first, stop_channel=last)])
        """)
        self.assertEqual(["['home']", "['home']", "[]"], done.lines)

    def test_a_password_of_dots_is_to_be_filled_in(self):
        code = """
            wifi.radio.connect("...", "...")
            wifi.radio.start_ap("...", "...")
            print(wifi.radio.connected, wifi.radio.ap_active)
        """
        done = self.run_air(then=code)
        self.assertEqual(["True True"], done.lines)
        self.assertIn('the password "..." is to be filled in', done.errors)
        self.assertRegex(self.run_air("--strict", then="""
            try:
                wifi.radio.connect("...", "...")
            except ValueError as error:
                print(error)
        """).lines[0], "8-64 bytes")

    def test_strict_hides_what_no_board_has(self):
        done = self.run_air("--strict", then="""
            sock = pool.socket()
            print(hasattr(sock, "getsockname"), hasattr(sock, "recv_into"), hasattr(pool, "SO_BROADCAST"))
            sock.close()
        """)
        self.assertEqual(["False True False"], done.lines)

    def test_a_password_may_have_colons_and_an_open_network_none(self):
        self.assertEqual(["True"], self.run_air("--ap", "home:pass:word", then="print(join('home', 'pass:word'))").lines)
        self.assertEqual(["True True"], self.run_air("--ap", "home", then="print(join('home'), wifi.radio.ap_info.authmode == [wifi.AuthMode.OPEN])").lines)

    def test_a_scan_finds_it(self):
        done = self.run_air("--ap", "home:password", then="""
            print([(n.ssid, n.rssi, n.channel, len(n.bssid)) for n in wifi.radio.start_scanning_networks()])
            wifi.radio.stop_scanning_networks()
        """)
        self.assertEqual(["[('home', -52, 6, 6)]"], done.lines)

    def test_settings_toml_joins_it_before_the_program_or_does_not(self):
        for password, connected in (("password", "True"), ("passw0rd", "False")):
            self.write("settings.toml", f'CIRCUITPY_WIFI_SSID = "home"\nCIRCUITPY_WIFI_PASSWORD = "{password}"\n')
            with self.subTest(password=password):
                self.assertEqual([connected], self.run_air("--ap", "home:password", then="print(wifi.radio.connected)").lines)

    def test_who_has_not_joined_reaches_nobody(self):
        done = self.run_air("--ap", "home:password", "--host", "*=127.0.0.1:1", then="""
            for attempt in (lambda: pool.getaddrinfo("example.com", 80), lambda: pool.socket().connect(("93.184.216.34", 80))):
                try:
                    attempt()
                except OSError as error:
                    print(error.errno)
            print(wifi.radio.ping("example.com", timeout=0.1))
            join("home", "password")
            print(len(pool.getaddrinfo("example.com", 80)) > 0, wifi.radio.ping("example.com") is not None)
        """)
        self.assertEqual(["-2", "113", "None", "True True"], done.lines)

    def test_it_goes_and_comes_back(self):
        done = self.run_air("--ap", "home:password", "--ap-down", "2:2", "--timeout", "40", then="""
            join("home", "password")
            print(wifi.radio.connected)
            while wifi.radio.connected:
                time.sleep(0.02)
            print(join("home", "password"), list(wifi.radio.start_scanning_networks()))
            while join("home", "password") is not True:
                time.sleep(0.05)
            print(wifi.radio.connected)
        """)
        self.assertEqual(["True", "No network with that ssid []", "True"], done.lines)

    def test_its_going_ends_calls_that_wait(self):
        done = self.run_air("--ap", "home:password", "--ap-down", "2", "--timeout", "40", then="""
            join("home", "password")
            sock = pool.socket()
            sock.bind(("127.0.0.1", 0))
            sock.listen(1)
            try:
                sock.accept()
            except OSError as error:
                print("ended")
        """)
        self.assertEqual(["ended"], done.lines)

    def test_the_signal_can_be_fed(self):
        self.write("../values.py", "wifi_rssi = [-60, -80]\n")
        done = self.run_air("--values", f"{self.scratch}/values.py", then="join('any', 'password')\nprint(wifi.radio.ap_info.rssi, wifi.radio.ap_info.rssi)")
        self.assertEqual(["-60 -80"], done.lines)

    def test_radio_off_and_station_stopped_leave_the_network(self):
        done = self.run_air(then="""
            print(join("any", "password"))
            wifi.radio.enabled = False
            print(wifi.radio.connected)
            wifi.radio.enabled = True
            print(wifi.radio.connected, join("any", "password"))
            wifi.radio.stop_station()
            print(wifi.radio.connected, wifi.radio.ap_info)
        """)
        self.assertEqual(["True", "False", "False True", "False None"], done.lines)

    def test_the_radio_is_what_libraries_take_for_a_board_s(self):
        self.assertEqual(["Radio True"], self.run_air(then="print(type(wifi.radio).__name__, type(wifi.radio) is wifi.Radio)").lines)


if __name__ == "__main__":
    unittest.main()
