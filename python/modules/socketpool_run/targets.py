"""The rules of `--host NAME=WHERE`, and the things that names lead to.

NAME is a host, `*.example.com`, or `*`; before it may stand a scheme (`https://`, `http://`, `mqtts://`, `mqtt://`, `ntp://`), behind it a
port: then only that port is meant. WHERE is `ADDRESS[:PORT]`, which gets what the program sends; `http://ADDRESS[:PORT]` or
`tcp://ADDRESS:PORT`, which gets it without TLS; or a folder of answers. The closest rule wins: a name before a wildcard, a port before none.
"""

import os

from .hosts import is_local
from .options import UsageError

_PORTS = {"http": 80, "https": 443, "mqtt": 1883, "mqtts": 8883, "ntp": 123}


class Target:
    """An address of this machine or network."""

    folder = None

    def __init__(self, address, port, is_plain):
        self.address = address
        self.port = port
        self.is_plain = is_plain

    def reach(self, name, port, is_datagram=False):
        """(address, port) to connect to for this name."""
        return self.address, self.port or (80 if self.is_plain and port == 443 else port)

    def __str__(self):
        return f"{'tcp://' if self.is_plain else ''}{self.address}{f':{self.port}' if self.port else ''}"


class FolderTarget:
    """A folder of answers, which a server in this process gives; it starts when somebody connects."""

    is_plain = True

    def __init__(self, folder, report):
        self.folder = folder
        self._report = report
        self._server = None
        self.address = "127.0.0.1"

    def reach(self, name, port, is_datagram=False):
        """As Target.reach(): where this name's answers are given."""
        if self._server is None:
            from .fake import FakeServer

            self._server = FakeServer(self.folder, self.address, self._report)
        return self._server.serve_datagrams(port) if is_datagram else self._server.serve(name, port)

    def __str__(self):
        return self.folder


class Rules:
    """All rules of a run."""

    def __init__(self):
        self._rules = []  # (name, port or None, target)

    def add(self, text, folder, report):
        """Read one rule; paths are from `folder`. ValueError says what is wrong with it."""
        left, separator, right = text.rpartition("=")
        if not separator:
            raise ValueError(f"{text!r} is not NAME=WHERE")
        self.add_pair(left.strip(), right.strip(), folder, report)

    def add_pair(self, left, right, folder, report):
        """As add(), of both sides."""
        name, port = _read_name(left)
        target = _read_target(right, folder, report)
        self._rules.insert(0, (name, port, target))  # of equal ones the last counts

    def find(self, name, port=None):
        """The target of a name, or None: for a port, or for any."""
        return next(iter(self.find_all(name, port)), None)

    def names(self, name):
        """Whether a rule names it, other than `*`."""
        return any(rule[0] != "*" and _fits(rule[0], name) for rule in self._rules)

    def find_all(self, name, port=None):
        """The targets that a name may lead to, the closest first; of a port, only the closest."""
        name = name.lower()
        fitting = [rule for rule in self._rules if _fits(rule[0], name) and (port is None or rule[1] in (None, port))]
        fitting.sort(key=lambda rule: (-len(rule[0].lstrip("*")), rule[0] == "*", rule[1] is None))
        return [target for _, _, target in (fitting if port is None else fitting[:1])]

    def serve_stack(self, address):
        """Has folders answer at another address of this machine; UsageError where a stack cannot reach what a rule says."""
        for name, _, target in self._rules:
            if target.folder is None and target.address.startswith("127."):
                raise UsageError(f"--host {name}={target}: a stack does not reach this machine at {target.address}; give its address on the device")
            if target.folder is not None and not address:
                raise UsageError(f"--host {name}={target}: a folder is served to a stack at its gateway, and there is no --gateway")
            target.address = address if target.folder is not None else target.address


def _fits(pattern, name):
    return (pattern == "*" and not is_local(name)) or pattern == name or (pattern.startswith("*.") and name.endswith(pattern[1:]))


def _read_name(text):
    scheme, separator, rest = text.rpartition("://")
    if separator and scheme not in _PORTS:
        raise ValueError(f"{text!r}: the scheme is one of {', '.join(_PORTS)}, not {scheme!r}")
    port = _PORTS[scheme] if separator else None
    rest = rest.rstrip("/")
    if rest.count(":") == 1:
        rest, _, number = rest.partition(":")
        port = _read_port(number, text)
    if not rest or "/" in rest:
        raise ValueError(f"{text!r} is not the name of a host")
    return rest.lower(), port


def _read_target(text, folder, report):
    scheme, separator, rest = text.rpartition("://")
    if separator:
        if scheme not in ("http", "tcp", "mqtt"):
            raise ValueError(f"{text!r}: what a name leads to is ADDRESS:PORT, http://ADDRESS:PORT, tcp://ADDRESS:PORT or a folder")
        return _read_address(rest.rstrip("/"), True, text, {"http": 80, "mqtt": 1883, "tcp": None}[scheme])
    path = os.path.join(folder, text)
    if os.path.isdir(path):
        return FolderTarget(os.path.realpath(path), report)
    if text.startswith((".", "/")) or "/" in text:
        raise ValueError(f"there is no folder {path}")
    return _read_address(text, False, text, None)


def _read_address(text, is_plain, whole, otherwise):
    from ipaddress import ip_address

    host, port = text, otherwise
    if text.startswith("["):
        host, _, number = text[1:].partition("]")
        port = _read_port(number[1:], whole) if number else otherwise
    elif text.count(":") == 1:
        host, _, number = text.partition(":")
        port = _read_port(number, whole)
    if host == "localhost":
        host = "127.0.0.1"
    try:
        ip_address(host)
    except ValueError:
        raise ValueError(f"{whole!r}: {host!r} is not an address, and there is no such folder") from None
    return Target(host, port, is_plain)


def _read_port(text, whole):
    if not text.isascii() or not text.isdigit() or not 0 < int(text) < 65536:
        raise ValueError(f"{whole!r}: {text!r} is not a port")
    return int(text)
