"""What every test here uses: where the modules are, a watchdog for each test, and programs that are started and stopped."""

import faulthandler
import os
import signal
import subprocess
import sys
import unittest
import warnings

REPOSITORY = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))

# Where socketpool, wifi and hostnetwork were built, if they are not installed.
MODULE_DIR = os.environ.get("SOCKETPOOL_MODULE_PATH")
if MODULE_DIR:
    MODULE_DIR = os.path.abspath(MODULE_DIR)
    sys.path.insert(0, MODULE_DIR)


class TestCase(unittest.TestCase):
    """A test that ends: after `time_limit` seconds every thread's stack is written and the process exits."""

    time_limit = 240

    def run(self, result=None):
        faulthandler.dump_traceback_later(self.time_limit, exit=True)
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("error", ResourceWarning)
                return super().run(result)
        finally:
            faulthandler.cancel_dump_traceback_later()

    def run_python(self, *arguments, **options):
        """Runs this interpreter with the modules on its path; a failure shows what it wrote. Its standard output."""
        return run_program([sys.executable, *arguments], **options)

    def start_python(self, *arguments, **options):
        """Starts this interpreter with the modules on its path, its streams as text pipes; stopped when the test ends."""
        return self.start_program([sys.executable, *arguments], **options)

    def start_program(self, command, **options):
        """Starts a program, its streams as text pipes unless told otherwise; killed by its id when the test ends."""
        pipes = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, "text": True}
        process = subprocess.Popen(command, **{**pipes, "env": environment(), **options})
        self.addCleanup(stop, process)
        return process


def environment(**changes):
    """This process's environment with the modules on Python's path, and changes; None removes a name."""
    result = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1"}
    if MODULE_DIR:
        result["PYTHONPATH"] = os.pathsep.join([MODULE_DIR, *filter(None, [os.environ.get("PYTHONPATH")])])
    for name, value in changes.items():
        if value is None:
            result.pop(name, None)
        else:
            result[name] = value
    return result


def run_program(command, timeout=200, status=0, **options):
    """Runs a program to its end; one that exits otherwise than with `status` is an error that shows all it wrote."""
    done = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                          timeout=timeout, **{"env": environment(), **options})
    if done.returncode != status:
        raise AssertionError(f"{command} exited with {done.returncode}\n--- stdout\n{done.stdout}\n--- stderr\n{done.stderr}")
    return done.stdout if status == 0 else done.stdout + done.stderr


def stop(process):
    """Ends a process of ours and lets its pipes go."""
    if process.poll() is None:
        process.send_signal(signal.SIGKILL)
    process.wait()
    for pipe in (process.stdin, process.stdout, process.stderr):
        if pipe is not None:
            pipe.close()
