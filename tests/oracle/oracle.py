"""The oracle: what CPython's socket answers to the cases, and its getaddrinfo to the table, as JSON on stdout.

    python3 oracle.py cases FOLDER [part of a name]     transcripts, one case after the other
    python3 oracle.py addresses                         the table of getaddrinfo
    python3 oracle.py programs SEED SEED …              random programs
"""

import json
import os
import sys
import threading
from concurrent.futures import ThreadPoolExecutor

import addresses
import cases
import interpreter
import programs
from verbs import Runner
from waiting import can_enter_networks, enter_network

AT_ONCE = 16
WATCHDOG_SECONDS = 15


def run_case(case, has_namespaces):
    if case.network != "host" and not has_namespaces:
        return {"name": case.name, "skipped": "a network namespace needs root", "answers": []}
    answers, done, failure = [], threading.Event(), []

    def body():
        runner = Runner()
        try:
            enter_network(case.network)
            for text, _ in case.steps:
                answers.append(runner.run(text))
            runner.close()
        except BaseException as e:
            failure.append(f"{type(e).__name__}: {e} in step {text!r}")
        done.set()

    threading.Thread(target=body, daemon=True).start()
    if not done.wait(WATCHDOG_SECONDS):
        answers.append("hangs")
    return {"name": case.name, "answers": answers, "broken": failure[0] if failure else None}


def run_cases(folder, part):
    chosen = [c for c in cases.read_all(folder) if part in c.name]
    has_namespaces = can_enter_networks()
    results, stop = [], threading.Event()

    def work():
        with ThreadPoolExecutor(AT_ONCE) as pool:
            results.extend(pool.map(lambda c: run_case(c, has_namespaces), [c for c in chosen if not c.alone]))
        results.extend(run_case(c, has_namespaces) for c in chosen if c.alone)
        stop.set()

    threading.Thread(target=work).start()
    interpreter.serve_main_thread(stop)
    return results


def main():
    if sys.argv[1] == "cases":
        out = run_cases(sys.argv[2], sys.argv[3] if len(sys.argv) > 3 else "")
    elif sys.argv[1] == "programs":
        out = programs.run_all(map(int, sys.argv[2:]))
    else:
        out = addresses.ask_all()
    json.dump(out, sys.stdout, indent=1)
    sys.stdout.flush()
    os._exit(0)  # threads that CPython left blocked for ever do not matter any more


if __name__ == "__main__":
    main()
