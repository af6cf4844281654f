"""`--network FILE`: the run on a node of a simulated network, in simulated time. The other nodes run what the file says."""

import os
import sys

from .options import UsageError

_REAL = ("watch", "timeout", "ap_down", "fast", "radio", "address", "gateway", "dns", "interface")

# What a simulation may last beside its duration.
_DAY = 86_400


def run(options, body):
    """Runs `body(options)` on the node; the exit status."""
    import stacknetwork
    from . import boards, chip_boards
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
    named = options.board or os.environ.get("SOCKETPOOL_BOARD") or "desk"
    try:
        board = boards.find(named)
    except ValueError as error:
        raise UsageError(f"--board: {error}") from None
    if isinstance(board, chip_boards.ChipBoard):
        raise UsageError(f"--board {named} does not go with --network: the models of chips are on the host's network")
    if board is not None:
        scenario.set_board(name, board.key)
    seed = options.seed if options.seed is not None else scenario.seed if scenario.seed is not None else 1
    try:
        ends = options.run_for or scenario.duration
        with stacknetwork.simulation(seed, capture=options.pcap, timeline=options.timeline, max_duration=_DAY + (ends or 0)) as net:
            scenario.begin(net)
            for node, programs in scenario.nodes.items():
                for program in programs:
                    scenario.run(net, node, program)
            options.joins = scenario.network_of(name)
            options.pcap = None  # all links are captured
            net._live_on(net.node(name))
            if options.ap and net.node(name).is_station:
                raise UsageError(f"--ap does not go with --node {name}, a station: the file has its access points")
            options.life = NodeLife(net, name, ends)
            options.run_for = None  # of the simulated time
            status = body(options)
            print(f"Seed {seed}: {net.now:.6f} s simulated on node {name!r}", file=sys.stderr)
            return status
    except ScenarioError as error:
        raise UsageError(str(error)) from None
    except stacknetwork.SimulationError as error:
        print(f"socketpool: {error}", *getattr(error, "__notes__", ()), sep="\n", file=sys.stderr)
        return 1
    except UsageError:
        raise
    except Exception as error:
        from stacknetwork.simulate import show_failure

        show_failure(error)  # of a program on another node
        return 1


class NodeLife:
    """What becomes of a program whose node is crashed: by the end of the run's time, or by a rule that starts it again."""

    def __init__(self, net, name, duration):
        self._net = net
        self._node = net.node(name)
        self._is_over = False
        if duration is not None:
            net.after(duration, self._end)

    def _end(self):
        self._is_over = True
        self._node.crash()

    def has_crashed(self):
        """Whether the node is not the one that the program began on."""
        from stacknetwork._virtual import state_of_thread

        state = state_of_thread()
        return state is not None and state.node is self._node and self._node._generation != state.generation

    def go_on(self, context):
        """Waits until the node runs again, and takes its new radio; False when the time is over."""
        import time

        import wifi
        from stacknetwork._virtual import state_of_thread

        state_of_thread().node = None  # what follows the program lives on no node
        while not self._node.is_running and not self._is_over:
            time.sleep(0.1)
        if self._is_over:
            return False
        self._net._live_on(self._node)
        kind = type(context.radio)
        wifi.radio.__class__ = kind
        context.radio = wifi.radio
        return True


def _choose(scenario, name):
    if name is not None:
        if name not in scenario.nodes:
            raise UsageError(f"--node {name}: the file has {', '.join(scenario.nodes)}")
        return name
    free = [node for node, programs in scenario.nodes.items() if not programs and node != "internet"]
    if len(free) != 1:
        raise UsageError(f"--node says on which node the drive runs: {', '.join(free or scenario.nodes)}")
    return free[0]
