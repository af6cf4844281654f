"""Which seeds of a sweep this process runs."""

import os

SEED = "SOCKETPOOL_SIMULATION_SEED"
SHARD = "SOCKETPOOL_SIMULATION_SHARD"


def choose(seeds, only=None):
    """The seeds that the environment leaves of a sequence; `only` is one that was asked for in another way. ValueError if it is not understood."""
    if only is None and os.environ.get(SEED):
        only = _number(SEED, os.environ[SEED])
    if only is not None:
        return [only]
    shard = os.environ.get(SHARD)
    if not shard:
        return seeds
    index, _, count = shard.partition("/")
    index, count = _number(SHARD, index), _number(SHARD, count)
    if not 1 <= index <= count:
        raise ValueError(f"{SHARD}={shard!r}: K/N is expected, with K from 1 to N")
    return seeds[index - 1::count]


def _number(name, text):
    try:
        return int(text)
    except ValueError:
        raise ValueError(f"{name}={os.environ[name]!r} is not understood") from None
