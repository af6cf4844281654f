"""What outlives a program or ends it: nvm, sleep memory, alarms, the watchdog, the clock, reset and reload, cards."""

import os
import time
import unittest

from .standins import StandinTestCase


class LifeTests(StandinTestCase):
    def test_nvm_is_kept_in_its_file(self):
        self.context.options.nvm = os.path.join(self.drive, "nvm")
        nvm = self.use("microcontroller").nvm
        self.assertEqual((8192, 0xFF), (len(nvm), nvm[100]))
        nvm[0:3] = b"abc"
        nvm[3] = 7
        with open(self.context.options.nvm, "rb") as file:
            self.assertEqual(b"abc\x07\xff", file.read(5))
        self.context.kept.clear()
        self.assertEqual(bytearray(b"abc\x07"), self.use("socketpool_run.hardware.memory").nonvolatile()[0:4])
        self.assertRaises(ValueError, nvm.__setitem__, slice(0, 2), b"abc")
        self.assertRaises(ValueError, nvm.__setitem__, 0, 256)

    def test_sleep_memory_is_that_of_the_run(self):
        self.use("alarm").sleep_memory[3] = 9
        self.assertEqual(9, self.context.kept["alarm.sleep_memory"][3])

    def test_deep_sleep_ends_the_program_until_its_alarm(self):
        from socketpool_run.endings import DeepSleepRequest

        alarm = self.use("alarm")
        later = alarm.time.TimeAlarm(monotonic_time=time.monotonic() + 100)
        sooner = alarm.time.TimeAlarm(epoch_time=int(time.time()) + 50)
        with self.assertRaises(DeepSleepRequest) as ended:
            alarm.exit_and_deep_sleep_until_alarms(later, sooner)
        self.assertIs(sooner, self.context.kept["alarm.wake_alarm"])
        self.assertTrue(0 < ended.exception.seconds <= 50)

    def test_a_fed_pin_wakes_before_any_time(self):
        alarm, board = self.use("alarm", "board")
        self.feed(pin_D5=0)
        pin = alarm.pin.PinAlarm(board.D5, value=False, pull=True)
        self.assertIs(pin, alarm.light_sleep_until_alarms(alarm.time.TimeAlarm(monotonic_time=time.monotonic() + 1000), pin))
        self.assertIs(pin, alarm.wake_alarm)

    def test_times_in_the_past_are_refused(self):
        alarm = self.use("alarm")
        self.assertRaises(ValueError, alarm.time.TimeAlarm, epoch_time=1)
        self.assertRaises(ValueError, alarm.time.TimeAlarm)

    def test_reset_and_reload_end_the_program(self):
        from socketpool_run.endings import ReloadException, ResetRequest

        microcontroller, supervisor = self.use("microcontroller", "supervisor")
        self.assertRaises(ResetRequest, microcontroller.reset)
        self.assertRaises(ReloadException, supervisor.reload)
        self.assertEqual("supervisor.RunReason.STARTUP", repr(supervisor.runtime.run_reason))

    def test_a_watchdog_raises_in_the_program(self):
        watchdog = self.use("watchdog")
        dog = watchdog.WatchDogTimer()
        self.assertRaises(ValueError, setattr, dog, "mode", watchdog.WatchDogMode.RAISE)
        dog.timeout = 0.05
        dog.mode = watchdog.WatchDogMode.RAISE
        with self.assertRaises(watchdog.WatchDogTimeout):
            time.sleep(50)
        dog.deinit()

    def test_ticks_begin_shortly_before_they_start_anew(self):
        ticks = self.use("supervisor").ticks_ms()
        self.assertIn(ticks, range(1 << 29))

    def test_the_chip_says_what_is_fed(self):
        cpu = self.use("microcontroller").cpu
        self.feed(cpu_temperature=-5, cpu_voltage=3.0)
        self.assertEqual((-5.0, 3.0, 8), (cpu.temperature, cpu.voltage, len(cpu.uid)))

    def test_a_card_keeps_blocks(self):
        board, busio, sdcardio = self.use("board", "busio", "sdcardio")
        card = sdcardio.SDCard(busio.SPI(board.SCK, board.MOSI, board.MISO), board.D10)
        card.writeblocks(5, bytes(range(256)) * 4)
        buffer = bytearray(512)
        card.readblocks(6, buffer)
        self.assertEqual(bytes(range(256)) * 2, buffer)
        self.assertRaises(ValueError, card.readblocks, 0, bytearray(100))

    def test_cards_are_folders_and_the_drive_stays(self):
        storage = self.use("storage")
        folder = os.path.join(self.drive, "sd")
        storage.mount(storage.VfsFat(object()), folder)
        with storage.getmount(folder).open("log.txt", "w") as file:
            file.write("x")
        self.assertEqual([("log.txt", 0x8000, 0, 1)], list(storage.getmount(folder).ilistdir("/")))
        storage.umount(folder)
        self.assertRaises(OSError, storage.getmount, folder)
        self.assertRaises(RuntimeError, storage.erase_filesystem)


if __name__ == "__main__":
    unittest.main()
