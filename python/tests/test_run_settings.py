"""settings.toml is read as CircuitPython reads it."""

import unittest

from . import runs

CASES = {
    'key = "hello world"': "hello world",
    "key = 7": 7,
    'key= "\\n"': "\n",
    'key ="\\u00c1x"': "\u00c1x",
    'key = "\\U000000c1x"': "\u00c1x",
    'key = "\\f\\"\\\\"': '\f"\\',
    'key = "\\t\\r\\b\\v"': "\t\r\b\v",
    'key = "a\\qb"': "aqb",
    f'key = "{"x" * 400}"': "x" * 400,
    'key = "hello" # comment': "hello",
    'key = "with # inside"': "with # inside",
    "key = 0x7f # comment": 127,
    "key = -5": -5,
    "key = +5": 5,
    "key = 0": 0,
    "key = 010": 8,
    "key = 08": "08",
    "key = true": "true",
    "key = 1.5": "1.5",
    "key = this is unquoted   # comment": "this is unquoted",
    "   key = 3": 3,
    "\tkey\t=\t3": 3,
    "key=3": 3,
    "# key = 1\nkey = 2": 2,
    "keys = 1\nkey = 2": 2,
    "ke = 1\nkey = 2": 2,
    "key = 1\nkey = 2": 1,
    "key 1\nkey = 2": 2,
    "[section]\nkey = 1": None,
    "other = 1\n[section]\nkey = 1": None,
    'key = "\n': None,
    'key = """\n': None,
    'key = "a" b': None,
    "key =": None,
    "key =   # nothing": None,
    'key = "': None,
    'key = "a\\': None,
    'key = "\\u12"': None,
    'key = "\\uzzzz"': None,
    'key = "\\U00110000"': None,
    'key = "bad\nkey = 2': None,
    "key = 'single'": "'single'",
    "": None,
}


class SettingsTests(runs.RunCase):
    def ask(self, text, *arguments):
        if text is not None:
            self.write("settings.toml", text if isinstance(text, bytes) else text.encode())
        return self.run_drive(*arguments, code="import os\nprint(ascii(os.getenv('key')))").lines[0]

    def test_each_line_is_read_as_a_board_reads_it(self):
        # One run for all: a board reads the file anew for each call too.
        self.write("cases.txt", "\0".join(CASES).encode())
        done = self.run_drive(code="""
            import os
            with open("cases.txt", "rb") as file:
                cases = file.read().split(b"\\0")
            for case in cases:
                for ends in (b"\\n", b"\\r\\n"):
                    with open("settings.toml", "wb") as file:
                        file.write(case.replace(b"\\n", ends) + ends)
                    print(ascii(os.getenv("key")))
        """)
        expected = [ascii(value) for value in CASES.values() for _ in range(2)]
        for case, wanted, found in zip([case for case in CASES for _ in range(2)], expected, done.lines, strict=True):
            self.assertEqual(wanted, found, case)

    def test_the_last_line_needs_no_end(self):
        self.assertEqual("3", self.ask("key = 3"))

    def test_without_a_file_there_is_nothing(self):
        self.assertEqual("None", self.ask(None))

    def test_the_default_is_returned_for_what_is_missing_or_malformed(self):
        self.write("settings.toml", 'bad = "\n')
        self.assertEqual(["7", "8", "None"], self.run_drive(code="""
            import os
            print(os.getenv("key", 7))
            print(os.getenv("bad", default=8))
            print(os.getenv("bad"))
        """).lines)

    def test_the_environment_of_the_machine_is_not_seen(self):
        self.assertEqual(["None", "None"], self.run_drive(code="import os\nprint(os.getenv('PATH'))\nprint(os.getenv('HOME'))").lines)

    def test_a_key_that_is_no_text_is_a_type_error(self):
        self.assertEqual(["TypeError"], self.run_drive(code="import os\ntry:\n    os.getenv(3)\nexcept TypeError:\n    print('TypeError')").lines)

    def test_set_goes_before_the_file(self):
        self.assertEqual("'mine'", self.ask("key = 3", "--set", "key=mine"))

    def test_a_missing_key_is_named_with_the_way_to_give_it(self):
        done = self.run_drive(status=1, code="""
            import os, wifi
            wifi.radio.connect(os.getenv("CIRCUITPY_WIFI_SSID"), os.getenv("CIRCUITPY_WIFI_PASSWORD"))
        """)
        self.assertIn("TypeError", done.output)
        self.assertRegex(done.errors, r'settings.toml has no CIRCUITPY_WIFI_SSID .*CIRCUITPY_WIFI_PASSWORD.*CIRCUITPY_WIFI_SSID = "..." in .*--set')
        self.assertEqual(["CIRCUITPY_WIFI_SSID", "CIRCUITPY_WIFI_PASSWORD"], done.report["settings"]["missing"])

    def test_a_line_that_cannot_be_read_is_named(self):
        for text, said in (('a = 1\nssid = "home', 'line 2 of settings.toml is malformed: ssid = "home'),
                           ('[wifi]\nssid = "home"', "line 2 of settings.toml has ssid, and boards stop reading at the [section] of line 1")):
            self.write("settings.toml", text)
            with self.subTest(text=text):
                self.assertIn(said, self.run_drive(status=1, code="import os, wifi\nwifi.radio.connect(os.getenv('ssid'))").errors)

    def test_what_belongs_to_the_web_workflow_is_said_to_be_ignored(self):
        self.write("settings.toml", 'CIRCUITPY_WEB_API_PASSWORD = "x"\n')
        self.assertIn("CIRCUITPY_WEB_API_PASSWORD is ignored", self.run_drive(code="pass").errors)

    def test_the_hostname_is_the_radio_s(self):
        self.write("settings.toml", 'CIRCUITPY_WIFI_HOSTNAME = "porch"\n')
        self.assertEqual(["porch"], self.run_drive(code="import wifi\nprint(wifi.radio.hostname)").lines)

    def test_the_network_of_the_file_is_joined_at_the_start(self):
        code = "import wifi\nprint(wifi.radio.connected, wifi.radio.ap_info and wifi.radio.ap_info.ssid)"
        self.assertEqual(["False None"], self.run_drive(code=code).lines)
        self.write("settings.toml", 'CIRCUITPY_WIFI_SSID = "home"\nCIRCUITPY_WIFI_PASSWORD = "password"\n')
        self.assertEqual(["True home"], self.run_drive(code=code).lines)


if __name__ == "__main__":
    unittest.main()
