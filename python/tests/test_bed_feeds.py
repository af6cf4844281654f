"""Programs that send what they measure, and sleep in between, run as they are from their drives: `bed/drives`."""

import unittest

from .bed.case import BedCase


class FeedTests(BedCase):
    def test_adafruit_io_gets_a_value(self):
        web = self.hosts({"POST io.adafruit.com/api/v2/maker/feeds/desk/data": lambda path, body: {"id": "1", "value": "41.5"}})
        done = self.play("aio_send", "--values", self.values("cpu_temperature = 41.52"), web=web)
        self.assertEqual(["200 41.5"], done.lines)
        self.assertEqual([{"value": 41.5}], web.bodies())
        self.assertEqual("aio_key", web.requests[0][1]["X-AIO-Key"])

    def test_a_feed_turns_a_servo(self):
        web = self.hosts({"GET io.adafruit.com/api/v2/maker/feeds/servo/data/last": {"value": "90"}})
        self.assertEqual(["90 4915"], self.play("aio_receive", web=web).lines)

    def test_a_battery_on_the_bus_has_two_feeds(self):
        web = self.hosts({f"POST io.adafruit.com/api/v2/maker/feeds/{feed}/data": {} for feed in ("volts", "percent")})
        volts = round(3.81 / 78.125e-6).to_bytes(2, "big")
        values = self.values(f"from types import SimpleNamespace\nclass Gauge:\n    def write(self, data):\n        self.register = data[0]\n"
                             f"    def read(self, count):\n        return {{2: {volts!r}, 4: bytes([77, 0])}}[self.register][:count]\ni2c_0x36 = Gauge\n")
        done = self.play("aio_battery", "--values", values, web=web)
        self.assertEqual(["volts 3.81 200", "percent 77 200"], done.lines)
        self.assertEqual([{"value": "3.81"}, {"value": 77}], web.bodies())

    def test_the_time_of_adafruit_io_is_on_a_round_display(self):
        web = self.hosts({"GET io.adafruit.com/api/v2/maker/integrations/time/strftime": "12:34"})
        done = self.play("aio_time", *self.screen(), web=web)
        self.assertEqual(["it is 12:34"], done.lines)
        width, height, pixel = self.pixels()
        self.assertEqual((240, 240), (width, height))
        self.assertTrue(any(pixel(x, y) == 0x00FF00 for x in range(60, 180) for y in range(100, 148)))

    def test_a_sleeper_starts_again_and_counts(self):
        web = self.hosts({"POST sensors.example.com/start": {}})
        done = self.play("deep_sleeper", "--reloads", "2", web=web)
        self.assertEqual(["start 1 woken by NoneType", "start 2 woken by TimeAlarm", "start 3 woken by TimeAlarm"], done.lines)
        self.assertEqual([{"n": 1, "room": "attic"}, {"n": 2, "room": "attic"}, {"n": 3, "room": "attic"}], web.bodies())

    def test_presses_are_posted(self):
        web = self.hosts({"POST hooks.example.com/press": {}})
        done = self.play("button_poster", "--values", self.values("pin_BUTTON = [True, False, False, True, False]"), web=web)
        self.assertEqual(["press 1 200", "press 2 200"], done.lines)
        self.assertEqual([{"n": 1}, {"n": 2}], web.bodies())

    def test_a_door_wakes_the_board(self):
        web = self.hosts({"POST hooks.example.com/door": {}})
        done = self.play("door_alarm", "--pin", "D27=1", "--reloads", "1", web=web)
        self.assertEqual(["armed", "door True 200"], done.lines)


if __name__ == "__main__":
    unittest.main()
