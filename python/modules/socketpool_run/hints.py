"""What would help: one line for an error that a maker meets first."""

from .board_modules import CORE
from .boards import explain_name


def find_hints(error, context):
    """Lines for an error that ended the program."""
    hints = []
    missing = context.report.missing_settings
    for cause in _chain(error):
        if isinstance(cause, NameError) and explain_name(cause):
            hints.append(explain_name(cause))
        elif isinstance(cause, ModuleNotFoundError) and cause.name:
            hints.append(_explain_module(cause.name, context))
        elif type(cause).__name__ == "gaierror" and not context.options.offline:
            hints.append("a host name was not found: --host NAME=ADDRESS:PORT, or --host '*=./fake' with a folder of answers, leads it elsewhere")
        elif type(cause).__name__ == "SSLCertVerificationError":
            hints.append("the host's certificate is not trusted: --trust FILE adds one, and --host NAME=http://ADDRESS:PORT ends TLS here")
        elif _is_network_chip(cause) and getattr(context.board, "library", None) is None:
            hints.append("the program drives a network chip (AirLift, WIZnet), which is not here: run it with --board airlift, w5500 or w5100s")
        elif isinstance(cause, KeyError) and isinstance(cause.args[0] if cause.args else None, str) and cause.args[0].startswith(("ssid", "CIRCUITPY_", "aio_")):
            hints.append(f"there is no {cause.args[0]!r}: secrets.py has none, or the program reads a dict that it made itself")
    if missing and isinstance(error, (TypeError, ValueError, AttributeError, KeyError, ConnectionError, RuntimeError)):
        key = missing[0]
        explained = context.settings.explain(key)
        if explained:
            return [*hints, explained]
        where = f"{context.drive.path}/settings.toml"
        example = f'{key} = "..."'
        rest = f" (and {', '.join(missing[1:])})" if len(missing) > 1 else ""
        hints.append(f"settings.toml has no {key}{rest}, which the program asked for: write {example} in {where}, or give --set {key}=...")
    return hints


def _explain_module(name, context):
    top = name.partition(".")[0]
    if top == "secrets":
        return f'the program reads secrets.py: write {context.drive.path}/secrets.py with secrets = {{"ssid": "...", "password": "..."}}'
    if top in CORE:
        return f"{top} is built into some boards, and there is no stand-in for it here"
    package = top.replace("_", "-")
    circup = top.startswith("adafruit_")
    return (f"{top} is a library that is not on the drive: put it in {context.drive.path}/lib"
            + (f" (circup install --py {top}), or pip install adafruit-circuitpython-{package[9:]}" if circup else ", or pip install it"))


def _is_network_chip(error):
    entry = error.__traceback__
    while entry is not None:
        if "adafruit_esp32spi" in entry.tb_frame.f_code.co_filename or "adafruit_wiznet5k" in entry.tb_frame.f_code.co_filename:
            return True
        entry = entry.tb_next
    return False


def _chain(error):
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__
