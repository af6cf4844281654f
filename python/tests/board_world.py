"""A board and its peer in network namespaces of their own: a script of `boards/scripts` runs on a profile, and its lines are compared with the board's."""

import difflib
import os
import re
import shutil
import subprocess
import sys
import tempfile

from . import support

HERE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "boards")
SCRIPTS = os.path.join(HERE, "scripts")
OBSERVED = os.path.join(HERE, "observed")
PAGE = os.path.join(support.REPOSITORY, "docs", "boards.md")

# A call may not end earlier than on the board, by more than a step of 0.1 s and its own jitter; a loaded machine makes it later.
GRANULARITY = 0.15
LATEST = 5.0

_LINE = re.compile(r"^(.*?)(\d+\.\d{3})s  (.*)$")


def why_not():
    """Why the namespaces cannot be made here, or None."""
    if os.geteuid() != 0:
        return "network namespaces need root"
    if shutil.which("ip") is None:
        return "ip is missing (Debian: apt install iproute2)"
    if not os.path.exists("/dev/net/tun"):
        return "there is no /dev/net/tun"
    made = subprocess.run(["ip", "netns", "add", f"spt{os.getpid()}"], capture_output=True, text=True)
    if made.returncode != 0:
        return f"no network namespace can be made: {made.stderr.strip()}"
    subprocess.run(["ip", "netns", "del", f"spt{os.getpid()}"], check=True)
    return None


class World:
    """The peer, 192.0.2.1, and the place of the board, 192.0.2.2: over a veth for the host radio, over a TAP device for a stack."""

    def __init__(self, case, radio):
        self.radio = radio
        name = f"spb{os.getpid()}{radio[0]}"
        self._peer = f"{name}p"
        self._board = f"{name}b" if radio == "host" else self._peer
        self._scratch = tempfile.TemporaryDirectory()
        case.addCleanup(self._end)
        self._ip("netns", "add", self._peer)
        if radio == "host":
            self._ip("netns", "add", self._board)
            self._ip("-n", self._peer, "link", "add", "wire", "type", "veth", "peer", "name", "wire", "netns", self._board)
            self._set_up(self._board, "wire", "192.0.2.2")
            os.makedirs(f"/etc/netns/{self._board}", exist_ok=True)
            with open(f"/etc/netns/{self._board}/resolv.conf", "w", encoding="utf-8") as file:
                file.write("nameserver 192.0.2.1\n")
        else:
            self._ip("netns", "exec", self._peer, "ip", "tuntap", "add", "wire", "mode", "tap")
        self._set_up(self._peer, "wire", "192.0.2.1")
        self._process = subprocess.Popen(
            ["ip", "netns", "exec", self._peer, sys.executable, "-u", os.path.join(SCRIPTS, "peer.py"), "192.0.2.1", "300", "wire"],
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL, text=True)
        line = self._process.stdout.readline()
        if "ready" not in line:
            raise AssertionError(f"the peer does not start: {line}{self._process.stdout.read()}")

    def run(self, board, script, *options, timeout=230):
        """What a script prints on a profile."""
        drive = os.path.join(self._scratch.name, f"{board}-{script}")
        shutil.copytree(SCRIPTS, drive)
        link = [] if self.radio == "host" else ["--radio", "tap:wire", "--address", "192.0.2.2/24", "--dns", "192.0.2.1"]
        done = subprocess.run(
            ["ip", "netns", "exec", self._board, sys.executable, "-m", "socketpool", "run", "--quiet", "--board", board, *link, *options,
             os.path.join(drive, f"{script}.py")],
            capture_output=True, text=True, timeout=timeout, env=support.environment(), stdin=subprocess.DEVNULL)
        return done.stdout.splitlines()

    def _set_up(self, namespace, device, address):
        self._ip("-n", namespace, "link", "set", "lo", "up")
        self._ip("-n", namespace, "address", "add", f"{address}/24", "broadcast", "192.0.2.255", "dev", device)
        self._ip("-n", namespace, "link", "set", device, "up")

    def _end(self):
        if hasattr(self, "_process"):
            support.stop(self._process)
        for namespace in {self._peer, self._board}:
            subprocess.run(["ip", "netns", "del", namespace], capture_output=True)
        shutil.rmtree(f"/etc/netns/{self._board}", ignore_errors=True)
        self._scratch.cleanup()

    @staticmethod
    def _ip(*arguments):
        done = subprocess.run(["ip", *arguments], capture_output=True, text=True)
        if done.returncode != 0:
            raise AssertionError(f"ip {' '.join(arguments)}: {done.stderr}")


def observed(board, script):
    """The board's lines; board is picow or esp."""
    with open(os.path.join(OBSERVED, f"{board}.{script}.log"), encoding="utf-8") as file:
        return file.read().splitlines()


def compare(expected, found):
    """The lines that differ, as (name of the call, what the board printed, what the profile printed)."""
    before, after = _read(expected), _read(found)
    result = []
    matcher = difflib.SequenceMatcher(None, [line[0] for line in before], [line[0] for line in after], autojunk=False)
    for tag, i, j, k, m in matcher.get_opcodes():
        if tag == "equal":
            for one, other in zip(before[i:j], after[k:m]):
                if one[2] != other[2] or not one[1] - GRANULARITY <= other[1] <= one[1] + LATEST:
                    result.append((one[0], one[1:], other[1:]))
        else:
            result += [(line[0], line[1:], None) for line in before[i:j]] + [(line[0], None, line[1:]) for line in after[k:m]]
    return result


def reasons(board):
    """The calls that may differ, of the table in docs/boards.md, as {(script, call)}."""
    found = set()
    with open(PAGE, encoding="utf-8") as file:
        for line in file:
            cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
            if len(cells) == 4 and cells[0] == board and re.fullmatch(r"t\d+", cells[1]):
                found.add((cells[1], cells[2].strip("`")))
    return found


def _read(lines):
    result = []
    for line in lines:
        if not line.strip() or line.startswith("rc ") or line.endswith(" output:") or line.startswith("Code done"):
            continue
        line = re.sub(r"^(hash\s+\S+\s+)-?\d+", r"\1N", line)
        line = re.sub(r"\('192\.0\.2\.1', \d{4,5}\)(?=\))", "('192.0.2.1', PORT)", line)
        match = _LINE.match(line)
        result.append((match[1].strip(), float(match[2]), match[3]) if match else (line.strip(), 0.0, ""))
    return result
