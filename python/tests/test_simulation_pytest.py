"""The fixture `simulation` of pytest, with the pytest that is installed."""

import os
import shutil
import subprocess
import sys
import tempfile
import unittest

from . import support

# Debian's is for Debian's interpreter.
INTERPRETERS = (sys.executable, "/usr/bin/python3")

TESTS = '''
import threading, time
import pytest

@pytest.mark.simulation(seeds=range(1, 4))
def test_talks(simulation):
    web, desk = simulation.node("web"), simulation.node("desk")
    def serve():
        with web.pool.socket() as s:
            s.bind(("0.0.0.0", 80)); s.listen(1); s.accept()[0].close()
    web.run(serve)
    with desk.pool.socket() as c:
        c.connect(("web", 80))
        assert c.recv_into(bytearray(9)) == 0
    time.sleep(3600)
    assert simulation.seed in (1, 2, 3) and simulation.now > 3600

@pytest.mark.simulation(seeds=[5])
def test_deadlock(simulation):
    simulation.node("lonely")
    simulation.note("before the wait")
    threading.Event().wait()

def test_program_fails(simulation):
    simulation.node("shop").run(lambda: 1 / 0)
    time.sleep(1)

def test_fails_itself(simulation):
    assert simulation.now == 5

@pytest.mark.simulation(seeds=[1], max_duration=10)
def test_lasts_too_long(simulation):
    time.sleep(100)

def test_is_real():
    before = time.monotonic(); time.sleep(0.01); assert time.monotonic() - before < 5
'''


def find_interpreter():
    for path in INTERPRETERS:
        if os.path.exists(path) and subprocess.run([path, "-c", "import pytest"], stderr=subprocess.DEVNULL).returncode == 0:
            return path
    return None


class PytestTests(support.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.interpreter = find_interpreter()
        if cls.interpreter is None:
            raise unittest.SkipTest("pytest is missing (Debian: python3-pytest)")
        cls.folder = tempfile.mkdtemp()
        cls.addClassCleanup(shutil.rmtree, cls.folder)
        with open(os.path.join(cls.folder, "test_it.py"), "w", encoding="utf-8") as file:
            file.write(TESTS)

    def pytest(self, *arguments, status, **variables):
        """All that pytest writes. The plugin is named, as the module lies on a path here and is not installed."""
        return support.run_program(
            [self.interpreter, "-m", "pytest", "-p", "pytest_stacknetwork", "-p", "no:cacheprovider", "-v", *arguments],
            status=status, cwd=self.folder, env=support.environment(**variables))

    def test_each_seed_is_a_test_and_time_is_simulated(self):
        output = self.pytest("-k", "talks or real", status=0)
        for part in ("test_talks[seed1] PASSED", "test_talks[seed3] PASSED", "test_is_real PASSED"):
            self.assertIn(part, output)

    def test_a_failure_is_the_test_s_own_and_names_the_seed_and_the_command(self):
        output = self.pytest("-k", "not talks and not real", status=1)
        self.assertIn("4 failed", output)
        self.assertNotIn("error", output.rpartition("4 failed")[2])
        for part in ("Nothing can go on", "threading.Event().wait()", "The simulation of seed 5", "before the wait", "ZeroDivisionError", "has not ended after",
                     "pytest 'test_it.py::test_deadlock[seed5]' --simulation-seed=5"):
            self.assertIn(part, output)

    def test_one_seed_alone_and_shards(self):
        self.assertIn("test_talks[seed77] FAILED", self.pytest("-k", "talks", "--simulation-seed=77", status=1))
        output = self.pytest("-k", "talks", status=0, SOCKETPOOL_SIMULATION_SHARD="2/3")
        self.assertIn("test_talks[seed2] PASSED", output)
        self.assertIn("1 passed", output)
        self.assertIn("no shard 5 of 3", self.pytest(status=2, SOCKETPOOL_SIMULATION_SHARD="5/3"))
        self.assertIn("SOCKETPOOL_SIMULATION_SHARDS is not", self.pytest(status=2, JOB_COMPLETION_INDEX="1"))
        output = self.pytest("-k", "talks", status=0, JOB_COMPLETION_INDEX="2", SOCKETPOOL_SIMULATION_SHARDS="3")
        self.assertIn("test_talks[seed3] PASSED", output)
        self.assertNotIn("[seed1]", output)

    def test_captures(self):
        self.pytest("-k", "talks", "--simulation-captures=frames", "--simulation-seed=2", status=0)
        self.assertEqual(os.listdir(os.path.join(self.folder, "frames")), ["test_talks-seed2-.pcapng"])
