"""Scenarios of `socketpool sim` (TOML), for Python: the native module reads them and builds their networks, and Python runs their programs."""

import os
import sys

from socketpool import _read_scenario, _scenario_facts, _set_scenario_board

from ._programs import program_of


class ScenarioError(ValueError):
    """What is wrong with a scenario, with its file, line and column."""


class Scenario:
    """A file that was read and is right."""

    def __init__(self, path):
        self.path = os.fspath(path)
        with open(path, "rb"):
            pass  # an OSError of Python's, with the file's name
        try:
            self._handle = _read_scenario(self.path)
        except ValueError as error:
            raise ScenarioError(str(error)) from None
        self.nodes, self._networks, node = {}, {}, None
        for line in _scenario_facts(self._handle).splitlines():
            kind, one, two, three = line.split("\t")
            if kind == "scenario":
                self.seed, self.duration = int(one) if one else None, float(two) if two else None
                if three:
                    raise ScenarioError(f"{self.path}: built-in traffic, [[traffic]], is for the .NET command: socketpool sim")
            elif kind == "node":
                node = one
                self.nodes[node] = []
                if two:
                    self._networks[node] = two, three
            elif kind == "command":
                raise ScenarioError(f"{two}a shell of a node is for the .NET command: socketpool sim")
            else:
                path = os.path.join(os.path.dirname(self.path), one)
                if not os.path.isfile(path):
                    raise ScenarioError(f"{two}there is no program {path}")
                self.nodes[node].append(path)
        if not self.nodes:
            raise ScenarioError(f"{self.path}:1:1: there are no nodes: [nodes.NAME]")

    def set_board(self, node, board):
        """Let a node be like a board, in place of what the file says."""
        _set_scenario_board(self._handle, node, board)

    def network_of(self, node):
        """The network that a station joins at its start, (ssid, password); None for none."""
        return self._networks.get(node)

    def begin(self, net):
        """Build the network, and let the rules come at their times."""
        net._restart_programs()
        try:
            net._native._start(self._handle)
        except ValueError as error:
            raise ScenarioError(str(error)) from None

    def run(self, net, node, path):
        """Run a program on a node, which joins its network first: its `Program`."""
        program = program_of(path)
        if node not in self._networks:
            return net.node(node).run(program, name=node)
        ssid, password = self._networks[node]

        def join_and_run():
            try:
                net.node(node).radio.connect(ssid, password)
            except ConnectionError as error:
                print(f"{node}: {ssid}: {error}", file=sys.stderr)  # boards run their program nevertheless
            program()

        return net.node(node).run(join_and_run, name=node)
