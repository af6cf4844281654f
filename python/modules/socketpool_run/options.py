"""The command line of `socketpool run`, and desk.toml beside the program, which says the same."""

import argparse
import os

from .values import Values

EXIT_CODES = """exit status:
  0  the program ran to its end, or for as long as --run-for or --reloads said
  1  it ended with an exception; sys.exit(N) gives N
  2  the command line, desk.toml or the drive is wrong; nothing ran
  124  --timeout was reached, 130 Control-C, 143 SIGTERM
"""


class UsageError(Exception):
    """What is wrong with the command line or desk.toml, in one line."""


def make_parser():
    """The parser of `socketpool run`."""
    parser = argparse.ArgumentParser(
        prog="socketpool run", description="Run a CIRCUITPY drive, a folder with code.py, as a board would.", epilog=EXIT_CODES,
        formatter_class=argparse.RawDescriptionHelpFormatter, allow_abbrev=False)
    add = parser.add_argument
    add("path", metavar="PATH", help="the program, or the folder of the drive")
    add("--set", action="append", default=[], metavar="KEY=VALUE", help="a key of settings.toml, in place of the file's")
    add("--board", metavar="BOARD", help="behave as this board: picow, picow2w, esp32, esp32s2, ..., airlift, w5500, w5100s; desk (the default) is none, as SOCKETPOOL_BOARD")
    add("--no-explain", dest="explain", action="store_false", help="no line for a failure that only the board has")
    life = parser.add_argument_group("the life of the program")
    life.add_argument("--watch", action="store_true", help="start again when a file of the drive is saved")
    life.add_argument("--reloads", type=int, metavar="N", help="end after N reloads, resets and deep sleeps")
    life.add_argument("--timeout", type=_seconds, metavar="SECONDS", help="end the program after this time, with status 124")
    life.add_argument("--run-for", type=_seconds, metavar="SECONDS", help="end the program after this time, with status 0")
    life.add_argument("--fast", action="store_true", help="sleeps of a second and more, and deep sleep, jump")
    names = parser.add_argument_group("the network")
    names.add_argument("--host", action="append", default=[], metavar="NAME=WHERE",
                       help="lead a host name to ADDRESS:PORT, http://ADDRESS:PORT (TLS ends here) or a folder of answers; * is every name")
    names.add_argument("--offline", action="store_true", help="names that --host does not map fail as with no internet")
    names.add_argument("--trust", metavar="FILE", help="certificates to trust besides the machine's")
    names.add_argument("--ap", metavar="SSID:PASSWORD", help="the only access point in the air")
    names.add_argument("--ap-down", type=_down, metavar="AFTER[:FOR]", help="the access point goes after so many seconds, for so many")
    names.add_argument("--radio", metavar="RADIO", help="host (the default), tap:NAME, tun:NAME or loopback, as SOCKETPOOL_RADIO")
    names.add_argument("--address", metavar="ADDRESS/BITS", help="of a stack, as SOCKETPOOL_ADDRESS")
    names.add_argument("--gateway", metavar="ADDRESS", help="of a stack, as SOCKETPOOL_GATEWAY")
    names.add_argument("--dns", metavar="ADDRESS", help="of a stack, as SOCKETPOOL_DNS")
    names.add_argument("--interface", metavar="NAME", help="of the host, as SOCKETPOOL_INTERFACE")
    names.add_argument("--max-sockets", type=int, metavar="N", help="how many sockets there are, as SOCKETPOOL_MAX_SOCKETS")
    names.add_argument("--pcap", metavar="FILE", help="write the frames of a stack as pcapng")
    names.add_argument("--network", metavar="FILE", help="run on a node of this simulated network, in simulated time (TOML, as socketpool sim)")
    names.add_argument("--node", metavar="NAME", help="the node of --network: the one without a program, if not told")
    names.add_argument("--seed", type=int, metavar="N", help="of --network")
    names.add_argument("--timeline", metavar="FILE", help="of --network: write the run as a page of HTML")
    names.add_argument("--strict", action="store_true", help="sockets have what boards have, and no more")
    hardware = parser.add_argument_group("the hardware")
    hardware.add_argument("--pin", action="append", default=[], metavar="NAME=VALUE", help="what a pin reads: 0, 1, or 0 to 65535 if analog")
    hardware.add_argument("--values", metavar="FILE.py", help="a Python file of values for pins and sensors")
    hardware.add_argument("--nvm", metavar="FILE", help="keep microcontroller.nvm in this file")
    hardware.add_argument("--screen", metavar="FILE.png", help="draw the display into this file")
    hardware.add_argument("--no-blinka", action="store_true", help="use the stand-ins even where Blinka is installed")
    report = parser.add_argument_group("the report")
    report.add_argument("--json", metavar="FILE", help="write the report as JSON; - is standard output")
    report.add_argument("--quiet", action="store_true", help="no report on standard error")
    return parser


def read_options(arguments):
    """The options of a command line, with what desk.toml adds. UsageError says what is wrong."""
    options = make_parser().parse_args(arguments)
    if not os.path.exists(options.path):
        raise UsageError(f"there is no {options.path}")
    options.drive = options.path if os.path.isdir(options.path) else os.path.dirname(options.path) or "."
    if os.path.realpath(options.drive) == "/":
        raise UsageError("the drive would be this whole machine: give it a folder of its own")
    options.program = None if os.path.isdir(options.path) else os.path.basename(options.path)
    options.rules = [(text, os.getcwd()) for text in options.host]
    options.settings = dict(_split(text, "--set", "KEY=VALUE") for text in options.set)
    options.given = {}
    desk = os.path.join(options.drive, "desk.toml")
    if os.path.isfile(desk):
        from .desk import add_desk

        add_desk(options, desk)
    for text in options.pin:
        name, value = _split(text, "--pin", "NAME=VALUE")
        options.given[f"pin_{name}"] = Values.read(value)
    _check(options)
    return options


def _check(options):
    """What would fail later, or do nothing, is said before anything runs."""
    for name in ("trust", "values"):
        path = getattr(options, name)
        if path is not None and not os.path.isfile(path):
            raise UsageError(f"--{name}: there is no file {path}")
    for name in ("json", "screen", "nvm"):
        folder = os.path.dirname(getattr(options, name) or "") or "."
        if not os.path.isdir(folder):
            raise UsageError(f"--{name}: there is no folder {folder}")
    if options.reloads is not None and options.reloads < 0:
        raise UsageError("--reloads is 0 or more")
    for name in ("timeout", "run_for"):
        seconds = getattr(options, name)
        if seconds is not None and not 0 < seconds < 1e9:
            raise UsageError(f"--{name.replace('_', '-')} is a number of seconds, more than 0")
    for name in ("node", "seed", "timeline"):
        if getattr(options, name) is not None and options.network is None:
            raise UsageError(f"--{name} is for --network")
    if options.seed is not None and not -(2**31) <= options.seed < 2**31:
        raise UsageError("--seed is a number of 32 bits")
    if options.ap is not None:
        ssid, _, password = options.ap.partition(":")
        if not 1 <= len(ssid.encode()) <= 32 or len(password.encode()) not in (0, *range(8, 65)):
            raise UsageError(f"--ap {options.ap!r}: the SSID has 1 to 32 bytes, and the password 8 to 64 or none")
    for name, value in options.given.items():
        if isinstance(value, (int, float)) and not 0 <= value <= 65535:
            raise UsageError(f"--pin {name.removeprefix('pin_')}={value}: a pin reads 0 or 1, true or false, and an analog one 0 to 65535")


def _split(text, option, form):
    name, separator, value = text.partition("=")
    if not separator or not name:
        raise UsageError(f"{option} {text!r} is not {form}")
    return name.strip(), value.strip()


def _seconds(text):
    value = float(text)
    if not 0 < value < 1e9:
        raise ValueError
    return value


def _down(text):
    after, separator, lasts = text.partition(":")
    if not 0 <= float(after) < 1e9:
        raise ValueError
    return float(after), _seconds(lasts) if separator else None


_seconds.__name__ = "number of seconds"
_down.__name__ = "AFTER[:FOR] in seconds"
