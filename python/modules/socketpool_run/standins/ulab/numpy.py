"""`ulab.numpy`: the installed numpy, else arrays in one dimension in plain Python."""

try:
    from numpy import *  # noqa: F403
except ImportError:
    from socketpool_run.hardware.lists import *  # noqa: F403
    from socketpool_run.hardware.lists import __getattr__
else:
    from numpy import max, min, sum  # noqa: A004, F401
