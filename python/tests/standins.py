"""What tests of the stand-ins share: the modules on the path, fresh in each test, and a desk without a runner."""

import importlib
import os
import sys
import tempfile
import types

from . import support


class StandinTestCase(support.TestCase):
    """Imports stand-ins as a program would; each test has a life of its own."""

    def setUp(self):
        from socketpool_run import importing
        from socketpool_run.context import context
        from socketpool_run.report import Report
        from socketpool_run.values import Values

        self.context, self.folder = context, importing.STANDINS
        self.drive = self.enterContext(tempfile.TemporaryDirectory())
        context.report, context.values, context.kept = Report(), Values(), {}
        context.options = types.SimpleNamespace(nvm=None, screen=None, fast=False)
        context.overseer = types.SimpleNamespace(begin=lambda: None)
        sys.path.append(self.folder)
        self.addCleanup(self.forget)

    def forget(self):
        self.context.end_life()
        self.context.report = self.context.values = self.context.options = self.context.drive = self.context.overseer = self.context.ending = None
        self.context.kept = {}
        sys.path.remove(self.folder)
        for name, module in list(sys.modules.items()):
            if (getattr(module, "__file__", None) or "").startswith(self.folder + os.sep):
                del sys.modules[name]

    def use(self, *names):
        """The stand-ins of these names."""
        found = [importlib.import_module(name) for name in names]
        return found[0] if len(found) == 1 else found

    def feed(self, **values):
        """As `pin_D5 = 0` in a file of values."""
        self.context.values._given.update(values)

    def on_board(self, identifier):
        """Choose a board for this test."""
        before = self.context.board
        self.context.board = types.SimpleNamespace(identifier=identifier, name=identifier)
        self.addCleanup(setattr, self.context, "board", before)

    def notes(self, module):
        """What the report has of a module."""
        return list(self.context.report._notes.get(module, {}))

    def picture(self, display):
        """What a display shows: a function (x, y) -> 0xRRGGBB."""
        canvas = display._picture()
        pixels = canvas.shown(display._show)
        return lambda x, y: pixels[y * canvas.width + x]
