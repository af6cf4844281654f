"""`python3 -m stacknetwork.simulate PROG.py ...`: programs in simulated time, each on a node of its own, over one simulated network."""

import argparse
import os
import sys

import stacknetwork

from ._scenario import Scenario, ScenarioError

_HASH_SEED = "PYTHONHASHSEED"

# What a simulation may last beside its duration.
_DAY = 86_400


def main(arguments=None):
    """The entry point; the exit status."""
    parser = argparse.ArgumentParser(
        prog="python3 -m stacknetwork.simulate", allow_abbrev=False, description="Run programs in simulated time, each on a node of one simulated network. `wifi.radio` is the node's radio.")
    parser.add_argument("programs", metavar="[NODE=]PROG.py", nargs="*", help="a program, on the node of that name, or of the file's name")
    parser.add_argument("--network", metavar="FILE", help="network, programs and rules of a scenario (TOML, as socketpool sim)")
    parser.add_argument("--seed", type=int, metavar="N", help="the seed, in place of the scenario's (1)")
    parser.add_argument("--seeds", type=_range, metavar="FIRST-LAST", help="run each seed of a range in a process of its own, and show what fails")
    parser.add_argument("--shard", metavar="K/N", help="of --seeds, run every N-th, K is 1 to N; without it the environment says so (docs/sweeps.md)")
    parser.add_argument("--junit", metavar="FILE", help="with --seeds, write a report in JUnit's format (XML), one test for each seed")
    parser.add_argument("--duration", type=float, metavar="SECONDS", help="end after so many simulated seconds, whatever still runs")
    parser.add_argument("--capture", metavar="FILE", help="write all frames to FILE (pcapng)")
    parser.add_argument("--timeline", metavar="FILE", help="write the timeline to FILE, a page of HTML")
    parser.add_argument("--netstat", action="store_true", help="show the sockets of every node at the end")
    options = parser.parse_args(arguments)
    if options.seeds is not None and any(value is not None for value in (options.seed, options.capture, options.timeline)):
        parser.error("--seeds plays many seeds; --seed, --capture and --timeline are for one")
    if options.seeds is None and (options.shard is not None or options.junit is not None):
        parser.error("--shard and --junit are for --seeds")
    if options.seed is not None and not -(2**31) <= options.seed < 2**31:
        parser.error("--seed is a number of 32 bits")
    if options.duration is not None and not 0 < options.duration < 3e9:
        parser.error("--duration is longer than 0")
    try:
        scenario = Scenario(options.network) if options.network else None
        programs = _find_programs(options.programs, scenario)
    except ScenarioError as error:
        print(f"simulate: {error}", file=sys.stderr)
        return 2
    except OSError as error:
        print(f"simulate: {error.filename}: {error.strerror}", file=sys.stderr)
        return 2
    if not programs:
        parser.error("there is no program: PROG.py, or python = \"PROG.py\" in the scenario")
    if options.seeds is not None:
        return _sweep(parser, options, programs, _without_seeds(sys.argv[1:] if arguments is None else arguments))
    if arguments is None and os.environ.get(_HASH_SEED) is None:
        # The order of sets of strings is a part of a run that can be repeated.
        os.environ[_HASH_SEED] = "0"
        os.execv(sys.executable, [sys.executable, "-m", "stacknetwork.simulate", *sys.argv[1:]])
    seed = options.seed if options.seed is not None else scenario.seed if scenario and scenario.seed is not None else 1
    duration = options.duration if options.duration is not None else scenario.duration if scenario else None
    return _play(seed, scenario, programs, duration, options)


def _sweep(parser, options, programs, arguments):
    from ._seeds import choose
    from ._sweep import sweep

    try:
        seeds = choose(range(options.seeds[0], options.seeds[1] + 1), shard=options.shard)
    except ValueError as error:
        parser.error(str(error))
    if options.junit is None:
        return sweep(seeds, arguments)
    try:
        # Before an hour of seeds, and not after it.
        report = open(options.junit, "wb")
    except OSError as error:
        print(f"simulate: {options.junit}: {error.strerror}", file=sys.stderr)
        return 2
    with report:
        return sweep(seeds, arguments, report, options.network or programs[0][1])


def _range(text):
    first, found, last = text[1:].partition("-")
    first = text[:1] + first
    try:
        seeds = int(first), int(last)
    except ValueError:
        seeds = 0, -1
    if not found or not 0 <= seeds[0] <= seeds[1] < 2**31:
        raise argparse.ArgumentTypeError("--seeds takes a range such as 1-1000")
    return seeds


def _without_seeds(arguments):
    """The arguments of one seed's process, which gets `--seed`."""
    left, skip = [], False
    for argument in arguments:
        if skip or argument.startswith(("--seeds=", "--shard=", "--junit=")):
            skip = False
        elif argument in ("--seeds", "--shard", "--junit"):
            skip = True
        else:
            left.append(argument)
    return left


def _find_programs(named, scenario):
    """[(node, path)]."""
    programs = [(name, program) for name, own in scenario.nodes.items() for program in own] if scenario else []
    for text in named:
        node, found, path = text.rpartition("=")
        path = path if found else text
        if not os.path.exists(path):
            raise FileNotFoundError(2, "there is no such program", path)
        programs.append((node or os.path.splitext(os.path.basename(path))[0], path))
    return programs


def _play(seed, scenario, programs, duration, options):
    sys.stdout.reconfigure(line_buffering=True)
    try:
        with stacknetwork.simulation(seed, capture=options.capture, timeline=options.timeline, max_duration=_DAY + (duration or 0)) as net:
            if scenario is not None:
                scenario.begin(net)
            running = [scenario.run(net, node, path) if scenario is not None else net.node(node).run(path) for node, path in programs]
            if duration is not None:
                import time

                time.sleep(duration)
            else:
                for program in running:
                    program.join()
            if options.netstat:
                for node in net.nodes.values():
                    print(f"{node.name}:\n{node.netstat().partition('Iface ')[0].rstrip()}" if node.is_running else f"{node.name} does not run", file=sys.stderr)
            numbers = net.statistics
            print(f"Seed {seed}: {net.now:.6f} s simulated, {numbers['jumps']} jumps of the clock, {numbers['frames_forwarded']} frames, {numbers['frames_lost']} lost", file=sys.stderr)
    except ScenarioError as error:
        print(f"simulate: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130
    except Exception as error:
        show_failure(error)
        return 1
    return 0


def show_failure(error):
    """A program's traceback begins with the program; of a simulation that cannot go on the text is all."""
    import traceback

    if isinstance(error, stacknetwork.SimulationError) or not getattr(error, "__notes__", ()):
        print(f"simulate: {error}", *getattr(error, "__notes__", ()), sep="\n", file=sys.stderr)
        return
    trace, own = error.__traceback__, os.path.dirname(os.path.dirname(os.path.abspath(__file__))) + os.sep
    while trace is not None and trace.tb_next is not None and (trace.tb_frame.f_code.co_filename.startswith((own, "<frozen ")) or os.path.basename(trace.tb_frame.f_code.co_filename) == "runpy.py"):
        trace = trace.tb_next
    traceback.print_exception(error.with_traceback(trace))


if __name__ == "__main__":
    sys.exit(main())
