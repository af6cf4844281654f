"""`--seeds`: each seed in a process of its own, as modules keep what programs leave in them."""

import os
import shlex
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from time import monotonic

from . import _junit

# Failures that are shown, and the end of what each has said.
_MAX_SHOWN = 20
_USAGE = 2

# Seeds that are handed out at a time: a range may have a million.
_BATCH = 64


def sweep(seeds, arguments, junit=None, suite="simulate"):
    """Run all of them, as many at a time as there are processors; the exit status. `junit` is the file of a report, open for writing bytes."""
    start, failed, runs, status = monotonic(), 0, [], 0
    with ThreadPoolExecutor(len(os.sched_getaffinity(0))) as pool:
        try:
            for seed, (status, seconds, line, text) in _results(pool, seeds, arguments):
                if status == _USAGE:
                    print(line, file=sys.stderr)
                    return _USAGE
                runs.append((seed, seconds, f"{line}\n{text}" if status else None))
                failed += status != 0
                if status and failed <= _MAX_SHOWN:
                    print(f"seed {seed}: {line}", flush=True)
            status = 1 if failed else 0
        except KeyboardInterrupt:
            status = 130
        finally:
            pool.shutdown(wait=False, cancel_futures=True)
    print(f"{len(runs)} seeds, {failed} failed")
    if status != 130:
        print(f"Played in {monotonic() - start:.2f} s", file=sys.stderr)
    if junit is not None:
        _junit.write(junit, suite, runs)
    return status


def _results(pool, seeds, arguments):
    for start in range(0, len(seeds), _BATCH):
        batch = seeds[start:start + _BATCH]
        yield from zip(batch, pool.map(lambda seed: _run(seed, arguments), batch))


def _run(seed, arguments):
    """The exit status, the real seconds, the line that says why it failed, and all that a report has of it."""
    environment = {**os.environ, "PYTHONHASHSEED": os.environ.get("PYTHONHASHSEED", "0")}
    command = ["-m", "stacknetwork.simulate", *arguments, "--seed", str(seed)]
    start = monotonic()
    done = subprocess.run(
        [sys.executable, *command], env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
        errors="backslashreplace", check=False)
    text = f"{done.stderr.rstrip()}\nThe simulation of seed {seed} failed.\nThe same run again: {shlex.join(['python3', *command])}"
    return done.returncode, monotonic() - start, _reason(done), text


def _reason(done):
    """The line that says why it failed: of a traceback the last one that is no note."""
    lines = [line for line in done.stderr.splitlines() if line.strip()]
    notes = ("The simulation of seed", "This ended the program", "Then the simulation could not", "Seed ")
    reasons = [line for line in lines if not line.startswith(notes)]
    simulated = next((line for line in reasons if line.startswith("simulate: ")), None)
    return simulated.removeprefix("simulate: ") if simulated else reasons[-1] if reasons else f"exit status {done.returncode}"
