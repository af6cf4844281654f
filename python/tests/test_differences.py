"""Every difference from CPython is declared once, shown by a test, and explained in docs/differences*.md."""

import glob
import os
import re
import unittest

from . import support
from .both import DIFFERENCES

TESTS = os.path.join(support.REPOSITORY, "python", "tests")
DOCS = os.path.join(support.REPOSITORY, "docs")


def read(pattern):
    texts = []
    for name in sorted(glob.glob(pattern)):
        with open(name, encoding="utf-8") as f:
            texts.append(f.read())
    return "\n".join(texts)


@unittest.skipUnless(os.path.isdir(DOCS), "no docs beside these tests")
class DifferenceTests(support.TestCase):
    def test_each_has_a_line_with_its_reason(self):
        marks = re.findall(r"^- .{40,}`python:([\w-]+)`$", read(os.path.join(DOCS, "differences*.md")), re.M)
        self.assertEqual(sorted(marks), sorted(DIFFERENCES))

    def test_each_is_shown_by_a_test(self):
        shown = re.findall(r"differs\(\s*\"([\w-]+)\"", read(os.path.join(TESTS, "*.py")))
        self.assertEqual(set(shown), set(DIFFERENCES))

    def test_each_has_a_reason(self):
        for key, reason in DIFFERENCES.items():
            self.assertGreater(len(reason), 15, key)
