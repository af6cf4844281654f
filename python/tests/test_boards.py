"""The profiles of boards print what the boards printed: every script of the observation, over the host radio and over a stack."""

import unittest

from . import board_world, support

REASON = board_world.why_not()
SCRIPTS = {"picow": ("t1", "t14", "t2", "t3", "t4"), "esp32": ("t1", "t14", "t16", "t2", "t3", "t4")}
LOGS = {"picow": "picow", "esp32": "esp"}


@unittest.skipIf(REASON, REASON or "")
class BoardTests(support.TestCase):
    time_limit = 260

    def _compare(self, radio, board, *scripts):
        world = board_world.World(self, radio)
        allowed = board_world.reasons(board)
        for script in scripts:
            with self.subTest(script=script):
                found = world.run(board, script)
                differing = board_world.compare(board_world.observed(LOGS[board], script), found)
                wrong = [line for line in differing if (script, line[0]) not in allowed]
                self.assertEqual([], wrong, "\n".join(found))

    def test_no_more_than_five_lines_of_a_board_have_a_reason_to_differ(self):
        for board in SCRIPTS:
            self.assertLessEqual(1, len(board_world.reasons(board)))
            self.assertGreaterEqual(5, len(board_world.reasons(board)))

    def test_a_different_line_is_found(self):
        lines = board_world.observed("picow", "t2")
        changed = [line.replace("(119,)", "(116,)") for line in lines]
        self.assertGreater(len(board_world.compare(lines, changed)), 3)
        self.assertEqual([], board_world.compare(lines, lines))


def _add(radio, board, script):
    def test(self):
        self._compare(radio, board, script)

    setattr(BoardTests, f"test_{script}_on_{board}_over_the_{radio}", test)


for _board, _scripts in SCRIPTS.items():
    for _script in _scripts:
        for _radio in ("host", "stack"):
            _add(_radio, _board, _script)
