"""Programs of a simulation, each in a thread of its own."""

import os
import runpy
import threading

from ._errors import ProgramEnded
from ._virtual import state_of_thread


class Program:
    """A program that was started by `Node.run()` or `Simulation.run()`."""

    __module__ = "stacknetwork"

    def __init__(self, simulation, function, name, node, arguments):
        self.name = name
        self.exception = None
        self.value = None
        self._simulation = simulation
        self._function = function
        self._node = node
        self._arguments = arguments
        self._is_news = False
        self._generation = node._generation if node is not None else None
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)

    def _start(self):
        state = state_of_thread()
        if state is None or state.simulation is not self._simulation:
            raise RuntimeError("programs are started by threads that take part in the simulation")
        before = state.node, state.generation
        if self._node is not None:
            state.node, state.generation = self._node, self._node._generation
        else:
            state.node, state.generation = None, 0
        try:
            self._thread.start()
        finally:
            state.node, state.generation = before
        return self

    def _run(self):
        try:
            self.value = self._function(*self._arguments)
        except ProgramEnded:
            raise
        except SystemExit as error:
            if error.code not in (None, 0):
                self.exception, self._is_news = RuntimeError(f"program {self.name!r} exited with status {error.code}"), True
        except BaseException as error:
            # With a node that has crashed its program ends, in whatever way.
            if self._node is None or self._node._generation == self._generation:
                self.exception, self._is_news = error, True

    @property
    def is_alive(self):
        """Whether it has not ended."""
        return self._thread.is_alive()

    def join(self, timeout=None):
        """Wait until it has ended, at most so many simulated seconds; False when the time is up."""
        self._thread.join(timeout)
        return not self._thread.is_alive()

    def result(self, timeout=None):
        """What its function returned; raises what it raised, and TimeoutError when it has not ended after so many simulated seconds."""
        if not self.join(timeout):
            raise TimeoutError(f"program {self.name!r} has not ended after {timeout} s")
        self._is_news = False
        if self.exception is not None:
            raise self.exception
        return self.value

    def __repr__(self):
        return f"<stacknetwork.Program {self.name!r}, {'running' if self.is_alive else 'ended'}>"


def program_of(program):
    """A function, or the one that runs a file as `__main__`."""
    if callable(program):
        return program
    path = os.fspath(program)
    if not os.path.exists(path):
        raise FileNotFoundError(2, "there is no such program", path)

    def run(*arguments):
        return runpy.run_path(path, run_name="__main__")

    return run
