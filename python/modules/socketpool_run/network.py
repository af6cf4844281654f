"""`--network FILE`: the run on a node of a simulated network, in simulated time. The other nodes run what the file says."""

import sys

from .options import UsageError

_REAL = ("watch", "timeout", "run_for", "ap_down", "fast", "radio", "address", "gateway", "dns", "interface")


def run(options, body):
    """Runs `body(options)` on the node; the exit status."""
    import stacknetwork
    from stacknetwork._scenario import Scenario, ScenarioError

    for name in _REAL:
        if getattr(options, name):
            raise UsageError(f"--{name.replace('_', '-')} does not go with --network, where time and network are simulated")
    try:
        scenario = Scenario(options.network)
    except ScenarioError as error:
        raise UsageError(str(error)) from None
    except OSError as error:
        raise UsageError(f"--network: {options.network}: {error.strerror}") from None
    name = _choose(scenario, options.node)
    seed = options.seed if options.seed is not None else scenario.seed if scenario.seed is not None else 1
    try:
        with stacknetwork.simulation(seed, capture=options.pcap) as net:
            scenario.begin(net)
            for node, (_, programs) in scenario.nodes.items():
                for program in programs:
                    net.node(node).run(program)
            options.pcap = None  # all links are captured
            net._live_on(net.node(name))
            status = body(options)
            print(f"Seed {seed}: {net.now:.6f} s simulated on node {name!r}", file=sys.stderr)
            return status
    except stacknetwork.SimulationError as error:
        print(f"socketpool: {error}", *getattr(error, "__notes__", ()), sep="\n", file=sys.stderr)
        return 1


def _choose(scenario, name):
    if name is not None:
        if name not in scenario.nodes:
            raise UsageError(f"--node {name}: the file has {', '.join(scenario.nodes)}")
        return name
    free = [node for node, (_, programs) in scenario.nodes.items() if not programs]
    if len(free) != 1:
        raise UsageError(f"--node says on which node the drive runs: {', '.join(scenario.nodes)}")
    return free[0]
