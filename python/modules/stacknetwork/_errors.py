"""What a simulation raises."""


class SimulationError(RuntimeError):
    """The simulation cannot go on: nothing can run and nothing will happen, a thread waits for something real, or it lasts too long.

    The text says what each thread waits for, and has the seed and the simulated time.
    """

    __module__ = "stacknetwork"


class ProgramEnded(BaseException):
    """Raised in threads of a simulation that is over, or of a node that has crashed, at their next wait. Not for programs to catch."""

    __module__ = "stacknetwork"
