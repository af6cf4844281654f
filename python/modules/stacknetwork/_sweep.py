"""`--seeds`: each seed in a process of its own, as modules keep what programs leave in them."""

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from time import monotonic

# Failures that are shown, and the end of what each has said.
_MAX_SHOWN = 20
_USAGE = 2

# Seeds that are handed out at a time: a range may have a million.
_BATCH = 64


def sweep(seeds, arguments):
    """Run all of them, as many at a time as there are processors; the exit status."""
    start, failed, played = monotonic(), 0, 0
    with ThreadPoolExecutor(len(os.sched_getaffinity(0))) as pool:
        try:
            for seed, (status, text) in _results(pool, seeds, arguments):
                played += 1
                if status == _USAGE:
                    print(text, file=sys.stderr)
                    return _USAGE
                failed += status != 0
                if status and failed <= _MAX_SHOWN:
                    print(f"seed {seed}: {text}", flush=True)
        except KeyboardInterrupt:
            print(f"{played} seeds, {failed} failed")
            return 130
        finally:
            pool.shutdown(wait=False, cancel_futures=True)
    print(f"{played} seeds, {failed} failed")
    print(f"Played in {monotonic() - start:.2f} s", file=sys.stderr)
    return 1 if failed else 0


def _results(pool, seeds, arguments):
    for start in range(0, len(seeds), _BATCH):
        batch = seeds[start:start + _BATCH]
        yield from zip(batch, pool.map(lambda seed: _run(seed, arguments), batch))


def _run(seed, arguments):
    """The exit status, and the line that says why it failed: of a traceback the last one that is no note."""
    environment = {**os.environ, "PYTHONHASHSEED": os.environ.get("PYTHONHASHSEED", "0")}
    done = subprocess.run(
        [sys.executable, "-m", "stacknetwork.simulate", *arguments, "--seed", str(seed)], env=environment, stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, errors="backslashreplace", check=False)
    lines = [line for line in done.stderr.splitlines() if line.strip()]
    notes = ("The simulation of seed", "This ended the program", "Then the simulation could not", "Seed ")
    reasons = [line for line in lines if not line.startswith(notes)]
    simulated = next((line for line in reasons if line.startswith("simulate: ")), None)
    return done.returncode, simulated.removeprefix("simulate: ") if simulated else reasons[-1] if reasons else f"exit status {done.returncode}"
