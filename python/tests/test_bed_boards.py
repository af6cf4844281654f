"""Programs that use what boards have: displays, sound, memory, resets, the air; run as they are from their drives: `bed/drives`."""

import os
import time
import unittest

from .bed.case import BedCase, wav


class BoardTests(BedCase):
    def test_a_low_battery_is_told(self):
        web = self.hosts({"POST hooks.example.com/battery": {}})
        self.assertEqual(["3.2 volts", "200"], self.play("low_battery", "--pin", "VOLTAGE_MONITOR=31775", web=web).lines)
        self.assertEqual(["4.2 volts"], self.play("low_battery", "--pin", "VOLTAGE_MONITOR=41704", web=web).lines)

    def test_a_touch_changes_the_lamp(self):
        web = self.hosts({"POST lamp.example.com/hue": {}})
        done = self.play("touch_lamp", "--pin", "A1=1", web=web)
        self.assertEqual(["(0, 255, 0) 200", "(0, 0, 255) 200"], done.lines)

    def test_a_sound_takes_its_time(self):
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
