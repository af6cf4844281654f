"""Scenarios of `socketpool sim` (TOML), for Python: nodes, their programs, and the rules with their times."""

import os
import re
import tomllib

_TIMES = {"us": 1e-6, "ms": 1e-3, "s": 1, "m": 60, "h": 3600, "d": 86400}
_RATES = {"bit": 1, "kbit": 1e3, "Mbit": 1e6, "Gbit": 1e9}
_BYTES = {"B": 1, "kB": 1e3, "KB": 1e3, "MB": 1e6, "GB": 1e9, "KiB": 1024, "MiB": 1 << 20, "GiB": 1 << 30}
_KEYS = frozenset("""
at between bandwidth burst corrupt crash cut delay dns-outage duplicate for freeze from jitter loss loss-in-bad loss-in-good mtu node note partition port queue
reorder reorder-delay restart to to-bad to-good
""".split())


class ScenarioError(ValueError):
    """What is wrong with a scenario, with its file and line."""


class Scenario:
    """A file that was read and is right."""

    def __init__(self, path):
        self.path = os.fspath(path)
        with open(path, "rb") as file:
            content = file.read()
        try:
            self._lines = content.decode().splitlines()
            values = tomllib.loads(content.decode())
        except UnicodeDecodeError:
            raise ScenarioError(f"{self.path}:1: the file is not UTF-8") from None
        except tomllib.TOMLDecodeError as error:
            found = re.search(r" \(at line (\d+), column \d+\)$", str(error))
            line = int(found[1]) if found else len(self._lines) or 1
            raise ScenarioError(f"{self.path}:{line}: {str(error)[:found.start()] if found else error}") from None
        self.seed = values.pop("seed", None)
        self.duration = self._read(values.pop("duration", None), _TIMES, "duration", r"^duration")
        values.pop("latency", None)
        self.nodes = {name: self._read_node(name, node) for name, node in values.pop("nodes", {}).items()}
        if not self.nodes:
            raise self._error("there are no nodes: [nodes.NAME]", r"^")
        if values.pop("traffic", None):
            raise self._error("built-in traffic is for the .NET command: socketpool sim", r"^\[\[traffic\]\]")
        self.rules = [self._read_rule(number, rule) for number, rule in enumerate(values.pop("rules", []))]
        for key in values:
            raise self._error(f"the file has no key {key}", rf"^(\[+)?{re.escape(key)}\b")

    def _read_node(self, name, node):
        at = rf'^\[nodes\.["\']?{re.escape(name)}\b'
        if not isinstance(node, dict):
            raise self._error(f"nodes are tables: [nodes.{name}]", rf"^{re.escape(name)}\b")
        addresses = node.get("addresses", [])
        programs = node.get("python", [])
        if "run" in node:
            raise self._error("a shell of a node is for the .NET command: socketpool sim", r"^run\b", at)
        for key in node:
            if key not in ("addresses", "python"):
                raise self._error(f"[nodes.{name}] has no key {key}; it has addresses, python", rf"^{re.escape(key)}\b", at)
        programs = [os.path.join(os.path.dirname(self.path), program) for program in ([programs] if isinstance(programs, str) else programs)]
        for program in programs:
            if not os.path.exists(program):
                raise self._error(f"there is no program {program}", r"^python\b", at)
        return [addresses] if isinstance(addresses, str) else list(addresses), programs

    def _read_rule(self, number, rule):
        here = (r"^\[\[rules\]\]", number)
        for key in rule:
            if key not in _KEYS:
                raise self._error(f"[[rules]] has no key {key}", rf"^{re.escape(key)}\b", *here)
        for key, units in (("at", _TIMES), ("for", _TIMES), ("delay", _TIMES), ("jitter", _TIMES), ("reorder-delay", _TIMES), ("bandwidth", _RATES), ("queue", _BYTES)):
            if key in rule:
                rule[key] = self._read(rule[key], units, key, rf"^{key}\b", *here)
        for key in ("node", "from", "to", "crash", "restart", "freeze"):
            if key in rule and rule[key] not in self.nodes:
                raise self._error(f"there is no node {rule[key]!r}", rf"^{key}\b", *here)
        return rule

    def _read(self, value, units, key, pattern, *after):
        if value is None:
            return None
        found = re.fullmatch(r"(\d+(?:\.\d*)?)([A-Za-z]+)", value) if isinstance(value, str) else None
        if found and found[2] in units:
            return float(found[1]) * units[found[2]]
        if isinstance(value, (int, float)) and not isinstance(value, bool) and value >= 0:
            return float(value)
        raise self._error(f"{key} is a number with a unit of {', '.join(units)}", pattern, *after)

    def _error(self, text, pattern, after=None, skip=0):
        """The error with the first line that matches; behind the table's own line, where it has one."""
        start = 0
        if after is not None:
            starts = [number for number, line in enumerate(self._lines) if re.search(after, line.strip())]
            start = starts[min(skip, len(starts) - 1)] if starts else 0
        line = next((number for number, line in enumerate(self._lines) if number >= start and re.search(pattern, line.strip())), start)
        return ScenarioError(f"{self.path}:{line + 1}: {text}")

    def begin(self, net):
        """Make the nodes, and let the rules come at their times."""
        for name, (addresses, _) in self.nodes.items():
            net.node(name, *addresses)
        for rule in self.rules:
            if rule.get("at"):
                net.after(rule["at"], _begin_rule, net, rule)
            else:
                _begin_rule(net, rule)


def _begin_rule(net, rule):
    begun = list(_faults(net, rule))
    if "partition" in rule:
        begun.append(net.partition(*rule["partition"]))
    if "freeze" in rule:
        begun.append(net.node(rule["freeze"]).freeze())
    if rule.get("dns-outage"):
        begun.append(net.dns.outage())
    if "note" in rule:
        net.note(rule["note"])
    if "crash" in rule:
        net.node(rule["crash"]).crash()
        if "for" in rule:
            net.after(rule["for"], net.node(rule["crash"]).restart)
    if "restart" in rule:
        net.node(rule["restart"]).restart()
    if "for" in rule:
        for one in begun:
            one.lasting(rule["for"])


def _faults(net, rule):
    if "between" in rule:
        scope = net.between(*rule["between"])
    elif "from" in rule:
        scope = net.path(rule["from"], rule["to"])
    else:
        scope = net.at(rule["node"]) if "node" in rule else net.everywhere
    if "port" in rule:
        scope = scope.on_port(rule["port"])
    if "loss" in rule:
        yield scope.loss(rule["loss"])
    if "to-bad" in rule:
        yield scope.burst_loss(rule["to-bad"], rule["to-good"], rule.get("loss-in-bad", 1), rule.get("loss-in-good", 0))
    if "delay" in rule or "jitter" in rule:
        yield scope.delay(rule.get("delay", 0), rule.get("jitter", 0))
    if "reorder" in rule:
        yield scope.reorder(rule["reorder"], rule.get("reorder-delay", 0.005))
    for kind in ("duplicate", "corrupt", "mtu"):
        if kind in rule:
            yield getattr(scope, kind)(rule[kind])
    if "bandwidth" in rule:
        yield scope.bandwidth(rule["bandwidth"], int(rule.get("queue", 65536)))
    if rule.get("cut"):
        yield scope.cut()
