"""The command `socketpool`: `socketpool run PATH`, or `python3 -m socketpool run PATH`."""

import os
import sys

_USAGE = """usage: socketpool run [options] PATH

Run a CIRCUITPY drive, a folder with code.py, as a board would: socketpool run --help says how.
(The .NET command of the same name has other commands, and no run.)
"""

# Options that the environment of `wifi` has too.
_RADIO_OPTIONS = ("radio", "address", "gateway", "dns", "interface", "max_sockets", "pcap")
_IGNORED = ("CIRCUITPY_WEB_API_PASSWORD", "CIRCUITPY_WEB_API_PORT", "CIRCUITPY_WEB_INSTANCE_NAME")


def main(arguments=None):
    """The entry point; the exit status."""
    arguments = sys.argv[1:] if arguments is None else arguments
    if not arguments or arguments[0] in ("-h", "--help"):
        print(_USAGE, end="")
        return 0 if arguments else 2
    if arguments[0] != "run":
        print(f"socketpool: there is no command {arguments[0]!r}\n{_USAGE}", end="", file=sys.stderr)
        return 2
    from .options import UsageError, read_options

    try:
        options = read_options(arguments[1:])
        if options.network:
            from .network import run

            return run(options, _run)
        return _run(options)
    except UsageError as error:
        print(f"socketpool: {error}", file=sys.stderr)
        return 2


def _look(context):
    """SIGUSR1: the report of now, and the picture of now where there is a display."""
    context.report.show(context)
    screens = sys.modules.get("socketpool_run.hardware.screens")
    if screens is not None:
        screens.save_asked()


def _run(options):
    import signal

    from .context import context
    from .life import Outcome, judge
    from .lives import Lives
    from .overseer import Overseer, exit_now

    _begin_board(context, options)
    importer = _prepare(context, options)
    _read_rules(context, options)
    lives = Lives(context, importer, options.program)
    if lives.choose(None) is None:
        from .options import UsageError

        raise UsageError(f"there is no code.py, main.py, code.txt or main.txt in {context.drive.path}")

    def give_up(ending):
        context.report.warn("the program does not end, and is ended")
        context.report.write(context)
        exit_now(_status_of(judge(ending, context), options))

    context.overseer = overseer = Overseer(context, give_up)
    signal.signal(signal.SIGUSR1, lambda number, frame: _look(context))
    _begin_radio(context)
    _begin_overseer(context, overseer)
    importer.begin()
    importer.forget()
    try:
        outcome = lives.run()
    except KeyboardInterrupt as error:
        outcome = Outcome("interrupted", error)  # between two lives
    finally:
        importer.end()
        _end_radio(context.radio)
    if outcome.kind == "error":
        from .hints import find_hints

        for hint in find_hints(outcome.error, context):
            context.report.warn(hint)
    from socketpool import _board

    _board.tell_notes()
    context.report.write(context)
    return _status_of(outcome, options)


def _begin_board(context, options):
    from .options import UsageError

    name = options.board or os.environ.get("SOCKETPOOL_BOARD") or "desk"
    os.environ["SOCKETPOOL_BOARD"] = name
    if name == "desk":
        return
    from . import boards

    context.options = options
    try:
        board = boards.find(name)
    except ValueError as error:
        raise UsageError(f"--board: {error}") from None
    if board is not None:
        options.strict = True
        boards.begin(context, board)


def _prepare(context, options):
    from .clock import Clock
    from .drive import Drive
    from .importing import Importer
    from .report import Report
    from .settings import Settings
    from .values import Values

    sys.stdout.reconfigure(line_buffering=True, errors="backslashreplace")
    context.options = options
    context.report = Report()
    context.drive = Drive(options.drive)
    context.values = Values(options.given, options.values)
    context.clock = Clock(options.fast)
    context.settings = Settings(context.drive, context.report, options.settings)
    for key in _IGNORED:
        if context.settings.peek(key) is not None:
            context.report.warn(f"settings.toml: {key} is ignored, there is no web workflow here")
    return Importer(context, uses_blinka=not options.no_blinka)


def _read_rules(context, options):
    from .names import Names
    from .options import UsageError
    from .targets import Rules

    rules = Rules()
    for text, folder in options.rules:
        try:
            rules.add(text, folder, context.report)
        except ValueError as error:
            raise UsageError(f"--host {error}") from None
    context.air = _find_air(options, context)
    context.names = Names(rules, context.report, options.offline, context.air)


def _find_air(options, context):
    from .air import Air, SimulatedAir

    if options.network:
        import wifi
        from stacknetwork._station import StationRadio

        if isinstance(wifi.radio, StationRadio):
            return SimulatedAir(options, context.settings, context.report)
    return Air(options, context.settings, context.values)


def _begin_radio(context):
    from .options import UsageError

    options = context.options
    for name in _RADIO_OPTIONS:
        value = getattr(options, name)
        if value is not None:
            os.environ[f"SOCKETPOOL_{name.upper()}"] = str(value)
    if options.strict:
        os.environ["SOCKETPOOL_STRICT"] = "1"
    try:
        from . import radio

        radio.begin(context, context.air)
    except (ValueError, OSError) as error:
        raise UsageError(_as_options(str(error), options)) from None
    if hasattr(context.radio, "_end"):
        context.names.serve_stack((options.gateway or os.environ.get("SOCKETPOOL_GATEWAY") or "").partition(",")[0])


def _as_options(text, options):
    """What the environment was told by an option is said with the option's name."""
    for name in _RADIO_OPTIONS:
        value, variable = getattr(options, name), f"SOCKETPOOL_{name.upper()}"
        if value is not None:
            text = text.replace(f"environment variable {variable}={str(value)!r}", f"--{name.replace('_', '-')} {str(value)!r} ({variable})")
    return text


def _end_radio(radio):
    radio._close_sockets()
    if hasattr(radio, "_end"):
        radio._end()  # a stack: its link, and the file of its frames


def _begin_overseer(context, overseer):
    from time import monotonic

    options = context.options
    times = [seconds for seconds in (options.timeout, options.run_for) if seconds is not None]
    if times:
        overseer.deadline = monotonic() + min(times)
    if options.watch:
        from .watching import Watch

        overseer.watch = Watch(context.drive)
    if options.ap_down is not None:
        overseer.air = context.air
    if times or options.watch or options.ap_down is not None:
        overseer.begin()


def _status_of(outcome, options):
    if outcome.kind == "time-up":
        is_planned = options.network is not None or options.run_for is not None and (options.timeout is None or options.run_for <= options.timeout)
        return 0 if is_planned else 124
    if outcome.kind in ("interrupted", "terminated"):
        return 130 if outcome.kind == "interrupted" else 143
    return 1 if outcome.kind == "error" else outcome.status
