"""Pins and what is on them: board, digitalio, analogio, keypad, touchio, neopixel."""

import unittest

from .standins import StandinTestCase


class PinTests(StandinTestCase):
    def test_a_board_has_its_own_names_and_no_others(self):
        self.on_board("raspberry_pi_pico_w")
        board = self.use("board")
        self.assertEqual("board.GP26_A0", repr(board.A0))
        self.assertIs(board.A0, board.GP26)
        self.assertRaises(AttributeError, getattr, board, "NEOPIXEL")
        self.assertRaises(AttributeError, getattr, board, "DISPLAY")
        self.assertIn("GP22", dir(board))

    def test_a_chosen_board_has_the_display_that_is_on_it(self):
        self.on_board("adafruit_feather_esp32s2_tft")
        display = self.use("board").DISPLAY
        self.assertEqual((240, 135), (display.width, display.height))
        self.assertIs(display, self.use("board").DISPLAY)

    def test_a_generic_board_has_every_name_that_some_board_has(self):
        board = self.use("board")
        for name in ("D13", "GP15", "IO5", "NEOPIXEL", "A0", "BUTTON_A", "TX", "SDA", "LED", "MTX_R1", "CAMERA_XCLK"):
            self.assertEqual(name, repr(getattr(board, name)).partition(".")[2])
        self.assertRaises(AttributeError, getattr, board, "GIRAFFE")
        self.assertIs(board.I2C(), board.STEMMA_I2C())

    def test_a_generic_board_guesses_its_display_from_the_program(self):
        from socketpool_run.hardware import boards

        def display(*lines):
            facts = boards.guess(["\n".join(lines)])
            return facts and facts.display and facts.display[:3]

        self.assertEqual(("paper", 296, 128), display("from adafruit_magtag.magtag import MagTag"))
        self.assertEqual(("paper", 296, 128), display("import board", "time.sleep(board.DISPLAY.time_to_refresh)"))
        self.assertEqual(("bus", 240, 135), display("import board", "board.TFT_CS, board.TFT_I2C_POWER, board.D5, board.STEMMA_I2C(), board.DISPLAY"))
        self.assertRegex(boards.guess(["import board\nprint(board.GP0, board.GP26_A0, board.SMPS_MODE, board.STEMMA_I2C)"]).identifier, "^raspberry_pi_pico2?_w$")
        self.assertIsNone(boards.guess(["print(1)", "this is no program"]))

    def test_every_board_of_the_table_can_be_chosen(self):
        from socketpool_run.hardware import boards

        facts = boards.all_boards()
        self.assertGreater(len(facts), 400)
        for board in facts.values():
            self.assertTrue(board.pins, board.identifier)
            if board.display:
                kind, width, height, rotation, depth = board.display
                self.assertIn(kind, ("bus", "paper", "frame"))
                self.assertTrue(width > 0 and height > 0 and rotation % 90 == 0 and 1 <= depth <= 24, board)

    def test_a_pin_has_one_holder_at_a_time(self):
        board, digitalio, analogio = self.use("board", "digitalio", "analogio")
        with digitalio.DigitalInOut(board.D5) as pin:
            with self.assertRaisesRegex(ValueError, "^D5 in use$"):
                digitalio.DigitalInOut(board.D5)
            pin.deinit()
            self.assertRaises(ValueError, getattr, pin, "value")
            analogio.AnalogIn(board.D5)

    def test_pins_are_free_again_in_the_next_life(self):
        board, digitalio = self.use("board", "digitalio")
        digitalio.DigitalInOut(board.D5)
        self.context.end_life()
        digitalio.DigitalInOut(board.D5)

    def test_an_input_reads_what_is_fed_or_follows_its_pull(self):
        board, digitalio = self.use("board", "digitalio")
        pin = digitalio.DigitalInOut(board.D5)
        self.assertFalse(pin.value)
        pin.switch_to_input(digitalio.Pull.UP)
        self.assertTrue(pin.value)
        self.feed(pin_D5=0)
        self.assertFalse(pin.value)
        self.feed(pin_D5=iter([True, False, True]).__next__)
        self.assertEqual([True, False, True], [pin.value for _ in range(3)])

    def test_an_output_keeps_its_value_and_an_input_has_none_to_set(self):
        board, digitalio = self.use("board", "digitalio")
        pin = digitalio.DigitalInOut(board.LED)
        with self.assertRaisesRegex(AttributeError, "Cannot set value when direction is input."):
            pin.value = True
        pin.direction = digitalio.Direction.OUTPUT
        pin.value = True
        self.assertTrue(pin.value)
        self.assertEqual("digitalio.Direction.OUTPUT", repr(pin.direction))
        self.assertIn("LED is high", self.notes("digitalio"))

    def test_analog_values_are_fed_within_sixteen_bits(self):
        board, analogio = self.use("board", "analogio")
        pin = analogio.AnalogIn(board.A1)
        self.assertEqual(32768, pin.value)
        self.feed(pin_A1=99999)
        self.assertEqual(65535, pin.value)

    def test_keys_tell_of_changes_of_their_pins(self):
        board, keypad = self.use("board", "keypad")
        keys = keypad.Keys((board.D0, board.D1), value_when_pressed=False, pull=True)
        self.assertIsNone(keys.events.get())
        self.feed(pin_D1=0)
        event = keys.events.get()
        self.assertEqual((1, True, False), (event.key_number, event.pressed, event.released))
        self.assertIsNone(keys.events.get())
        self.feed(pin_D1=1)
        self.assertEqual(keypad.Event(1, False), keys.events.get())

    def test_touch_is_fed_as_a_truth_or_as_a_raw_value(self):
        board, touchio = self.use("board", "touchio")
        pin = touchio.TouchIn(board.A1)
        self.assertFalse(pin.value)
        self.feed(pin_A1=True)
        self.assertTrue(pin.value)
        self.feed(pin_A1=1050)
        self.assertEqual((1050, False), (pin.raw_value, pin.value))

    def test_lights_are_sent_in_their_order_and_with_their_brightness(self):
        board, neopixel = self.use("board", "neopixel")
        lights = neopixel.NeoPixel(board.NEOPIXEL, 2, brightness=0.5, auto_write=False)
        lights[0], lights[1] = 0xFF8000, (0, 0, 255)
        lights.show()
        from socketpool_run.hardware import lights as sent

        self.assertEqual({"NEOPIXEL": bytes([64, 127, 0, 0, 0, 127])}, sent.last())
        lights.fill((1, 2, 3))
        self.assertEqual([(1, 2, 3), (1, 2, 3)], lights[:])
        self.assertRaises(IndexError, lights.__setitem__, 2, 0)

    def test_four_colours_have_white(self):
        board, neopixel = self.use("board", "neopixel")
        lights = neopixel.NeoPixel(board.NEOPIXEL, 1, bpp=4)
        lights[0] = (1, 2, 3, 4)
        from socketpool_run.hardware import lights as sent

        self.assertEqual(bytes([2, 1, 3, 4]), sent.last()["NEOPIXEL"])

    def test_the_rainbow_goes_around(self):
        wheel = self.use("rainbowio").colorwheel
        self.assertEqual([0xFF0000, 0x00FF00, 0x0000FF, 0xFF0000], [wheel(place) for place in (0, 85, 170, 256)])
        self.assertEqual(wheel(10), wheel(266))
        for place in range(0, 2560):
            self.assertIn(wheel(place / 10), range(0x1000000))


if __name__ == "__main__":
    unittest.main()
