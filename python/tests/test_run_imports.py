"""Where a program's imports come from."""

import os
import sys
import unittest

from . import runs, support


class ImportTests(runs.RunCase):
    def test_modules_come_from_the_folder_and_from_lib(self):
        self.write("one.py", "name = 'root'")
        self.write("lib/one.py", "name = 'lib'")
        self.write("lib/two.py", "name = 'two'")
        self.write("lib/pack/__init__.py", "from .inner import name\nfrom . import inner")
        self.write("lib/pack/inner.py", "name = __name__ + ' ' + __file__")
        self.write("lib/bare/part.py", "name = 'bare'")
        self.assertEqual(["root two", "pack.inner /lib/pack/inner.py", "bare"], self.run_drive(code="""
            import one, two, pack, bare.part
            print(one.name, two.name)
            print(pack.name)
            print(bare.part.name)
        """).lines)

    def test_a_folder_that_the_program_adds_is_searched(self):
        self.write("sd/extra.py", "name = 'extra'")
        self.assertEqual(["extra"], self.run_drive(code="import sys\nsys.path.append('/sd')\nimport extra\nprint(extra.name)").lines)

    def test_secrets_are_the_program_s_and_cpython_s_stay_its_own(self):
        self.write("secrets.py", "secrets = {'ssid': 'home'}")
        self.write("token.py", "mine = True")
        self.assertEqual(["home True", "True"], self.run_drive(code="""
            from secrets import secrets
            import token
            import tokenize, uuid
            print(secrets["ssid"], token.mine)
            print(hasattr(tokenize, "EXACT_TOKEN_TYPES") or tokenize.NAME == 1)
        """).lines)

    def test_without_secrets_py_the_error_says_so(self):
        done = self.run_drive(status=1, code="from secrets import secrets")
        self.assertIn("ImportError: no module named 'secrets'", done.output)
        self.assertRegex(done.errors, "write .*/secrets.py with secrets = ")

    def test_what_boards_have_built_in_is_not_looked_for_on_the_drive(self):
        self.write("lib/board.py", "raise SystemExit('the drive')")
        self.write("json.py", "raise SystemExit('the drive')")
        self.write("time.py", "raise SystemExit('the drive')")
        done = self.run_drive(code="import board, json, time\nprint('built in')")
        self.assertEqual(["built in"], done.lines)
        self.assertIn("/lib/board.py is not used", done.errors)

    def test_json_is_written_as_boards_write_it(self):
        done = self.run_drive(code="""
import io, json
print(json.dumps({"picture": b"aGk=", "place": "Tromsø", "list": (1, 2.5, None)}))
print(json.dumps({"a": [1, 2]}, separators=(",", ":")))
text = io.StringIO()
json.dump([True], text)
print(text.getvalue())
for call in (lambda: json.dumps([], indent=2), lambda: json.dumps(object())):
    try:
        call()
    except TypeError as error:
        print("TypeError")
""")
        self.assertEqual(['{"picture": "aGk=", "place": "Tromsø", "list": [1, 2.5, null]}', '{"a":[1,2]}', "[true]", "TypeError", "TypeError"], done.lines)

    def test_a_library_of_the_drive_goes_before_a_stand_in_that_is_no_board_s(self):
        self.write("lib/neopixel.py", "name = 'the drive'")
        self.assertEqual(["the drive"], self.run_drive(code="import neopixel\nprint(neopixel.name)").lines)

    def test_an_mpy_is_refused_in_one_line_that_names_what_to_get(self):
        self.write("lib/adafruit_ntp.mpy", b"C\x06\x00\x1f")
        done = self.run_drive(status=1, code="import adafruit_ntp")
        self.assertRegex(done.output, r"ImportError: /lib/adafruit_ntp.mpy is compiled for boards and cannot run here: put /lib/adafruit_ntp.py in its place .*circup")
        self.write("lib/adafruit_ntp.py", "name = 'source'")
        self.assertEqual(["source"], self.run_drive(code="import adafruit_ntp\nprint(adafruit_ntp.name)").lines)

    def test_a_compiled_package_is_refused_too(self):
        self.write("lib/adafruit_x/__init__.mpy", b"C\x06\x00\x1f")
        self.assertIn("put /lib/adafruit_x/__init__.py in its place", self.run_drive(status=1, code="import adafruit_x").output)

    def test_a_missing_library_is_named_with_the_way_to_get_it(self):
        done = self.run_drive(status=1, code="import adafruit_minimqtt.adafruit_minimqtt as MQTT")
        self.assertIn("ImportError: no module named 'adafruit_minimqtt'", done.output)
        self.assertRegex(done.errors, "circup install --py adafruit_minimqtt.*pip install adafruit-circuitpython-minimqtt")

    def test_a_library_that_a_link_leads_out_to_is_not_imported_and_this_is_said(self):
        os.mkdir(os.path.join(self.scratch, "libs"))
        os.symlink(os.path.join(self.scratch, "libs"), os.path.join(self.drive, "lib"))
        self.assertIn("/lib leads out of the drive", self.run_drive(status=1, code="import something").errors)

    def test_annotations_are_never_run(self):
        self.assertEqual(["ok"], self.run_drive(code="""
            def function(x: Nowhere.at_all) -> AlsoNowhere:
                value: Missing = x
                return value
            class Kind:
                field: NotThere
            print(function("ok"))
        """).lines)

    def test_text_is_made_of_text_as_boards_make_it(self):
        self.assertEqual(["ab", "ab"], self.run_drive(code="print(str('ab', 'utf-8'))\nprint(str(b'ab', 'utf-8'))").lines)

    def test_a_name_with_two_underscores_is_the_module_s_within_a_class(self):
        self.assertEqual(["2 3"], self.run_drive(code="""
            def __twice(x):
                return 2 * x
            __START = 1
            class Kind:
                def __init__(self):
                    self.__value = __twice(__START)
                def get(self):
                    return self.__value
            kind = Kind()
            print(kind.get(), kind._Kind__value if hasattr(kind, "_Kind__value") else 3)
        """).lines)

    def test_a_file_of_the_drive_is_opened_by_its_libraries_too(self):
        self.write("lib/reader.py", "def read(path):\n    with open(path) as file:\n        return file.read()")
        self.write("static/a.txt", "a")
        self.assertEqual(["a"], self.run_drive(code="import reader\nprint(reader.read('/static/a.txt'))").lines)


class InstalledTests(runs.RunCase):
    def setUp(self):
        super().setUp()
        self.site = os.path.join(self.scratch, "site")

    def install(self, name, text):
        path = os.path.join(self.site, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)

    def run_installed(self, *arguments, **options):
        path = os.pathsep.join([support.environment()["PYTHONPATH"], self.site])
        return self.run_drive(*arguments, env=support.environment(PYTHONPATH=path), **options)

    def test_an_installed_library_for_boards_sees_the_drive_and_its_own_files(self):
        self.install("adafruit_reader/__init__.py", "import os\nHERE = __file__.rpartition('/')[0]\ndef read(path):\n    return open(path).read()\ndef names():\n    return os.listdir('/')\n")
        self.install("adafruit_reader/data.txt", "data")
        self.install("plain.py", "import os\ndef root():\n    return open('/proc/self/status').read(5), os.path.exists('/proc')\n")
        self.write("a.txt", "a")
        self.assertEqual(["a ['a.txt', 'code.py']", "data", "('Name:', True)"], self.run_installed(code="""
            import adafruit_reader, plain
            print(adafruit_reader.read("/a.txt"), sorted(adafruit_reader.names()))
            print(adafruit_reader.read(adafruit_reader.HERE + "/data.txt"))
            print(plain.root())
        """).lines)

    def test_an_installed_board_module_goes_before_the_stand_in_unless_told_otherwise(self):
        self.install("digitalio.py", "name = 'Blinka'")
        code = "import digitalio\nprint(getattr(digitalio, 'name', 'stand-in'))"
        self.assertEqual(["Blinka"], self.run_installed(code=code).lines)
        self.assertEqual(["stand-in"], self.run_installed("--no-blinka", code=code).lines)

    def test_an_installed_board_module_that_fails_gives_way_to_the_stand_in(self):
        self.install("digitalio.py", "raise NotImplementedError('no such board')")
        done = self.run_installed(code="import digitalio\nprint(hasattr(digitalio, 'DigitalInOut'))")
        self.assertEqual(["True"], done.lines)
        self.assertIn("the installed digitalio fails (NotImplementedError: no such board); the stand-in is used", done.errors)

    def test_the_drive_s_library_goes_before_the_installed_one(self):
        self.install("adafruit_thing.py", "name = 'installed'")
        self.write("lib/adafruit_thing.py", "name = 'drive'")
        self.assertEqual(["drive"], self.run_installed(code="import adafruit_thing\nprint(adafruit_thing.name)").lines)

    def test_the_stand_ins_are_seen_by_a_run_alone(self):
        done = support.run_program([sys.executable, "-c", "import socketpool, wifi, importlib.util as u; print(u.find_spec('digitalio'), u.find_spec('supervisor'))"])
        self.assertEqual("None None\n", done)


class AbsentChipTests(runs.RunCase):
    DRIVER = """
        import busio
        class Thermometer:
            def __init__(self, i2c_bus, address=0x40):
                if self.chip_id != 0x60:
                    raise RuntimeError("Failed to find the chip")
                self._ready = True
            @property
            def chip_id(self) -> int:
                return 0
            @property
            def temperature(self) -> float:
                return self._read(0)
            @property
            def mode(self) -> int:
                return self._read(1)
            @mode.setter
            def mode(self, value):
                self._read(1)
            @property
            def touches(self) -> list:
                return self._read(1)
            @property
            def points(self) -> List[Dict[str, int]]:
                return self._read(1)
            def measure(self, times: int) -> tuple[float, float]:
                return self._read(times), self._read(times)
            def _read(self, register):
                raise OSError(5, "nothing there")
    """

    def setUp(self):
        super().setUp()
        self.write("lib/adafruit_thermometer.py", self.DRIVER)

    def test_a_chip_that_is_not_here_answers_something_plausible_and_the_report_says_so(self):
        done = self.run_drive(code="""
            from adafruit_thermometer import Thermometer
            chip = Thermometer(object())
            chip.mode = 5
            print(chip.temperature, chip.mode, chip.measure(2), isinstance(chip, Thermometer), len(chip.touches), chip.points)
        """)
        self.assertEqual(["21.5 5 (1.0, 1.0) True 0 []"], done.lines)
        notes = " ".join(done.report["hardware"]["chips"])
        self.assertIn("adafruit_thermometer.Thermometer is not here (Failed to find the chip); its readings are made up", notes)

    def test_a_driver_whose_base_class_finds_no_chip_is_absent_as_a_whole(self):
        self.write("lib/adafruit_camera.py", """
            import busio
            class Base:
                def __init__(self, i2c_bus, address):
                    raise ValueError("No I2C device at address: 0x30")
                def _write(self, value):
                    self._device.write(value)
            class Camera(Base):
                def __init__(self, i2c_bus):
                    super().__init__(i2c_bus, 0x30)
                    self._ready = True
                @property
                def flip(self):
                    return self._device.read()
                @flip.setter
                def flip(self, value):
                    self._write(value)
                @property
                def width(self) -> int:
                    return self._device.read()
        """)
        done = self.run_drive(code="""
            from adafruit_camera import Camera
            camera = Camera(object())
            camera.flip = True
            print(camera.flip, camera.width)
        """)
        self.assertEqual(["True 1"], done.lines)
        self.assertIn("adafruit_camera.Camera is not here", " ".join(done.report["hardware"]["chips"]))

    def test_its_readings_are_fed(self):
        values = os.path.join(self.scratch, "values.py")
        with open(values, "w", encoding="utf-8") as file:
            file.write("sensor_temperature = [3, 4]\ndef Thermometer_mode():\n    return 'fed'\n")
        self.assertEqual(["3 4 4 fed"], self.run_drive("--values", values, code="""
            from adafruit_thermometer import Thermometer
            chip = Thermometer(object())
            print(chip.temperature, chip.temperature, chip.temperature, chip.mode)
        """).lines)

    def test_the_program_s_own_mistakes_stay_errors(self):
        self.assertIn("TypeError", self.run_drive(status=1, code="from adafruit_thermometer import Thermometer\nThermometer()").output)


if __name__ == "__main__":
    unittest.main()
