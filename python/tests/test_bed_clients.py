"""Programs that ask the web, run as they are from their drives: `bed/drives`."""

import os
import time
import unittest

from .bed.case import DRIVES, BedCase, bmp


class ClientTests(BedCase):
    def test_every_drive_is_played(self):
        here = os.path.dirname(os.path.abspath(__file__))
        played = ""
        for name in os.listdir(here):
            if name.startswith("test_bed_"):
                with open(os.path.join(here, name), encoding="utf-8") as file:
                    played += file.read()
        drives = sorted(os.listdir(DRIVES))
        self.assertGreaterEqual(len(drives), 40)
        self.assertEqual([], [name for name in drives if f'"{name}"' not in played])

    def test_a_quote_is_shown(self):
        web = self.hosts({"GET www.adafruit.com/api/quotes.php": [{"text": "Be kind.", "author": "A friend"}]})
        done = self.play("quotes", *self.screen(), web=web)
        self.assertEqual(["Be kind. (A friend)"], done.lines)
        width, height, pixel = self.pixels()
        shown = {pixel(x, y) for x in range(width) for y in range(height)}
        self.assertEqual({0, 0xFFFFFF, 0x00FFFF}, shown)

    def test_the_weather_has_its_picture(self):
        web = self.hosts({"GET api.openweathermap.org/data/2.5/weather": {"name": "London", "weather": [{"main": "Clear"}], "main": {"temp": 21.4}}})
        self.write("sky/clear.bmp", bmp(240, 135, 0x0000FF))
        done = self.play("weather_now", *self.screen(), web=web)
        self.assertEqual(["London: Clear, 21.4 degrees"], done.lines)
        self.assertEqual(["GET api.openweathermap.org/data/2.5/weather?q=London,UK&units=metric&appid=token"], web.asked())
        _, _, pixel = self.pixels()
        self.assertEqual(0x0000FF, pixel(0, 0))

    def test_an_answer_in_chunks_is_read(self):
        web = self.hosts({"GET forecast.example.com/hours": (200, {"Transfer-Encoding": "chunked"}, {"hours": [{"t": hour} for hour in range(5)]})})
        self.assertEqual(["chunked [0, 1, 2, 3, 4]"], self.play("forecast_chunked", web=web).lines)

    def test_stars_are_lights(self):
        web = self.hosts({"GET api.github.com/repos/adafruit/circuitpython": {"stargazers_count": 4321}})
        done = self.play("github_stars", web=web)
        self.assertEqual(["4321 stars, 4 lights"], done.lines)
        self.assertIn("neopixel_write", str(done.report))

    def test_the_station_is_on_the_map(self):
        web = self.hosts({"GET api.open-notify.org/iss-now.json": {"iss_position": {"longitude": "0.0", "latitude": "45.0"}}})
        done = self.play("station_map", *self.screen(), web=web)
        width, height, pixel = self.pixels()
        self.assertEqual([f"{width // 2} {height // 4}"], done.lines)
        self.assertEqual((0xFF0000, 0x003060 & 0xF8FCF8), (pixel(width // 2, height // 4), pixel(0, 0) & 0xF8FCF8))

    def test_failures_are_tried_again(self):
        web = self.hosts({"GET api.coin.example.com/price": [(500, {}, "no"), (503, {}, "no"), (200, {}, {"usd": 7})]})
        self.assertEqual(["attempt 1 got 500", "attempt 2 got 503", "price 7"], self.play("ticker_retries", web=web).lines)

    def test_a_moved_page_is_followed_to_its_host(self):
        web = self.hosts({"GET old.example.com/page": (301, {"Location": "https://new.example.com/there"}, ""), "GET new.example.com/there": "here I am"})
        self.assertEqual(["200 here I am"], self.play("moved_page", web=web).lines)
        self.assertEqual(["GET old.example.com/page", "GET new.example.com/there"], web.asked())

    def test_a_picture_is_kept_on_the_drive(self):
        web = self.hosts({"GET pictures.example.com/today.bmp": bmp(10, 10, 0x00FF00)})
        self.assertEqual(["loaded 374 bytes"], self.play("picture_frame", *self.screen(), web=web).lines)
        self.assertEqual(bmp(10, 10, 0x00FF00), self.read("cache/today.bmp"))
        _, _, pixel = self.pixels()
        self.assertEqual((0x00FF00, 0), (pixel(39, 39), pixel(40, 0)))
        self.assertEqual(["in the cache"], self.play("picture_frame", web=web).lines)
        self.assertEqual(1, len(web.requests))

    def test_a_table_goes_to_the_card(self):
        web = self.hosts({"GET data.example.com/table.csv": "a,b\n1,2\n3,4\n"})
        self.assertEqual(["2 rows on the card"], self.play("table_logger", web=web).lines)
        self.assertEqual(b"1,2\n3,4\n", self.read("sd/log.csv"))

    def test_a_clock_is_set_from_a_page(self):
        web = self.hosts({"GET worldtimeapi.org/api/ip": {"unixtime": 1767225600, "raw_offset": -3600}})
        self.assertEqual(["2025-12-31 23:00"], self.play("web_clock", web=web).lines)

    def test_a_host_that_is_not_there_is_told(self):
        web = self.hosts({"HEAD one.example.com/": "", "HEAD two.example.com/": (204, {}, "")})
        self.lay("host_watch")
        done = self.run_drive("--offline", "--host", f"one.example.com=http://127.0.0.1:{web.port}", "--host", f"two.example.com=http://127.0.0.1:{web.port}")
        self.assertEqual(["one.example.com 200", "two.example.com 204"], done.lines[:2])
        self.assertRegex(done.lines[2], "^gone.example.com is down: (gaierror|OSError)$")
        self.play("host_watch", web=web)

    def test_a_long_answer_passes_through_little_memory(self):
        data = bytes(place * 7 % 251 for place in range(300_000))
        web = self.hosts({"GET files.example.com/long.bin": data})
        check = 0
        for at in range(0, len(data), 512):
            check = (check + sum(data[at : at + 512])) % 65521
        self.assertEqual([f"300000 {check} True"], self.play("long_stream", web=web).lines)

    def test_a_login_is_sent(self):
        web = self.hosts({"GET private.example.com/": "come in"})
        self.assertEqual(["come in"], self.play("basic_login", web=web, settings={"USER": "me", "KEY": "it's me"}).lines)
        self.assertEqual("Basic bWU6aXQncyBtZQ==", web.requests[0][1]["Authorization"])

    def test_adafruit_io_gets_a_value(self):
        web = self.hosts({"POST io.adafruit.com/api/v2/maker/feeds/desk/data": lambda path, body: {"id": "1", "value": "41.5"}})
        done = self.play("aio_send", "--values", self.values("cpu_temperature = 41.52"), web=web)
        self.assertEqual(["200 41.5"], done.lines)
        self.assertEqual([{"value": 41.5}], web.bodies())
        self.assertEqual("aio_key", web.requests[0][1]["X-AIO-Key"])

    def values(self, text):
        path = os.path.join(self.scratch, "values.py")
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
        return path

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

    def test_a_low_battery_is_told(self):
        web = self.hosts({"POST hooks.example.com/battery": {}})
        self.assertEqual(["3.2 volts", "200"], self.play("low_battery", "--pin", "VOLTAGE_MONITOR=31775", web=web).lines)
        self.assertEqual(["4.2 volts"], self.play("low_battery", "--pin", "VOLTAGE_MONITOR=41704", web=web).lines)

    def test_a_touch_changes_the_lamp(self):
        web = self.hosts({"POST lamp.example.com/hue": {}})
        done = self.play("touch_lamp", "--pin", "A1=1", web=web)
        self.assertEqual(["(0, 255, 0) 200", "(0, 0, 255) 200"], done.lines)

    def test_a_sound_takes_its_time(self):
        from .bed.case import wav

        web = self.hosts({"GET bell.example.com/ring": {"ring": True}})
        self.write("ding.wav", wav(0.3))
        rate, seconds = self.play("jingle", web=web).lines[0].split()
        self.assertEqual("8000", rate)
        self.assertGreaterEqual(float(seconds), 0.3)

    def test_headlines_are_on_the_panel(self):
        web = self.hosts({"GET api.nytimes.com/news.json": {"results": [{"title": "Sun shines"}]}})
        done = self.play("matrix_news", *self.screen(), web=web)
        self.assertEqual(["64 32 Sun shines"], done.lines)
        width, height, pixel = self.pixels()
        self.assertEqual((64, 32), (width, height))
        self.assertTrue(any(pixel(x, y) == 0xFF8200 for x in range(64) for y in range(32)), {pixel(x, y) for x in range(64) for y in range(32)})

    def test_paper_is_refreshed_before_sleep(self):
        web = self.hosts({"GET almanac.example.com/today": {"saint": "Ada"}})
        done = self.play("paper_almanac", "--reloads", "1", *self.screen(), web=web)
        self.assertEqual(["296 128 Ada"] * 2, done.lines)
        width, height, pixel = self.pixels()
        self.assertEqual({0, 0xFFFFFF}, {pixel(x, y) for x in range(width) for y in range(height)})

    def test_secrets_are_the_drive_s(self):
        web = self.hosts({"GET www.example.com/": "as ever"})
        self.assertEqual(["as ever"], self.play("old_secrets", web=web).lines)
        self.assertEqual("old key", web.requests[0][1]["X-Key"])

    def test_starts_are_counted_in_memory_that_stays(self):
        nvm = os.path.join(self.scratch, "nvm")
        done = self.play("boot_counter", "--nvm", nvm)
        self.assertEqual(["start 1 microcontroller.ResetReason.POWER_ON", "start 2 microcontroller.ResetReason.SOFTWARE"], done.lines)
        self.assertEqual(["start 3 microcontroller.ResetReason.POWER_ON"], self.play("boot_counter", "--nvm", nvm).lines)

    def test_a_failing_net_is_tried_three_times(self):
        done = self.play("careful_reload")
        self.assertEqual(["try 1", "try 2", "try 3"], [line.rpartition(" ")[0] for line in done.lines[:3]])
        self.assertEqual("reason supervisor.RunReason.SUPERVISOR_RELOAD", done.lines[-1])

    def test_a_watchdog_bites_who_does_not_feed_it(self):
        web = self.hosts({"GET alive.example.com/": "alive"})
        self.assertEqual(["alive", "alive", "bitten"], self.play("fed_watchdog", web=web).lines)

    def test_only_the_right_network_is_joined(self):
        done = self.play("networks", "--ap", "desk:password")
        self.assertEqual(["[('desk', True)]", "No network with that ssid", "Authentication failure", "True desk"], done.lines)

    def test_a_mapped_host_answers_pings(self):
        web = self.hosts({})
        self.assertEqual(["answered"], self.play("pinger", web=web).lines)

    def test_a_time_server_sets_the_clock(self):
        empty = os.path.join(self.scratch, "answers")
        os.mkdir(empty)
        done = self.play("ntp_clock", *self.screen(), "--host", f"*={empty}")
        self.assertEqual([f"now {time.gmtime().tm_year}"], done.lines)
        _, _, pixel = self.pixels()
        self.assertTrue(any(pixel(x, y) == 0xFFFFFF for x in range(20, 170) for y in range(20, 80)))


if __name__ == "__main__":
    unittest.main()
