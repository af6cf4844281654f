"""Programs that ask the web, run as they are from their drives: `bed/drives`."""

import os
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


if __name__ == "__main__":
    unittest.main()
