"""Which seeds of a sweep this process runs. The variables of the environment and their rules are those of .NET (SimulationSeeds)."""

import os

from socketpool import _choose_seeds

_SEED = "SOCKETPOOL_SIMULATION_SEED"


def choose(seeds, only=None, shard=None):
    """The seeds that the environment leaves of a sequence; `only` or `shard` (K/N) is what was asked for in another way. ValueError if it is not understood."""
    if only is not None:
        return [only]
    left = [int(line) for line in _choose_seeds(max(len(seeds) - 1, 0), shard or "").splitlines()]
    if not shard and os.environ.get(_SEED):
        return left
    if len(left) == 2:
        return seeds[left[0]::left[1] - left[0]]
    return seeds[left[0]:left[0] + 1] if left else seeds[:0]
