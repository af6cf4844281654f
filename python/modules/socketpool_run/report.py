"""What happened in a run: asked for by the program, seen by the network. Written at its end, and on SIGUSR1."""

import sys
from time import monotonic


class Report:
    """Counts and lists. `as_dict()` is what `--json` writes, `format()` is for people."""

    def __init__(self):
        self._start = monotonic()
        self._notes = {}  # module to {what: how often}
        self._names = {}  # (name, port or None) to [how often, where it leads]
        self._settings = {}  # key to whether it is there
        self.requests = []  # of the folder of answers
        self.warnings = []
        self.lives = []

    def note(self, module, what):
        """The program asked a board module for something that the desk does not have."""
        notes = self._notes.setdefault(module, {})
        notes[what] = notes.get(what, 0) + 1

    def warn(self, text):
        """Say something once, at once, on standard error."""
        if text not in self.warnings:
            self.warnings.append(text)
            print(f"socketpool: {text}", file=sys.stderr, flush=True)

    def asked_setting(self, key, found):
        """The program asked for a key of settings.toml."""
        self._settings[key] = found

    @property
    def missing_settings(self):
        """The keys that the program asked for in vain, in the order of asking."""
        return [key for key, found in self._settings.items() if not found]

    def asked_name(self, name, target, port=None):
        """The program looked a name up, or (with a port) connected or sent to it."""
        entry = self._names.setdefault((name, port), [0, None if target is None else str(target)])
        entry[0] += 1

    def asked_request(self, method, name, port, target, size, status, file, wanted):
        """A request to the folder of answers."""
        secure = port in (443, 8443)
        where = name if port in (80, 443) else f"{name}:{port}"
        url = f"{'https' if secure else 'http'}://{where}{target}"
        self.requests.append({"method": method, "url": url, "body_bytes": size, "status": status, "file": file, "wanted": wanted})
        print(f"socketpool: {method} {url} {status} {file or f'({wanted} would have answered)'}", file=sys.stderr, flush=True)

    def life_ended(self, name, outcome, context):
        """A life of the program is over; its sockets are still open."""
        table = context.radio._dump()
        error = outcome.error if outcome.kind == "error" else None
        self.lives.append({
            "file": name, "ended": outcome.kind, "error": None if error is None else f"{type(error).__name__}: {error}",
            "sockets": table.splitlines(),
        })

    def as_dict(self, context):
        """Everything, of plain values."""
        made, sent, received = context.radio._traffic if context.radio is not None else (0, 0, 0)
        return {
            "drive": context.drive.path,
            "seconds": round(monotonic() - self._start, 3),
            "lives": self.lives,
            "sockets": {"made": made, "bytes_sent": sent, "bytes_received": received},
            "names": [
                {"name": name, "port": port, "count": count, "leads_to": leads} for (name, port), (count, leads) in self._names.items()
            ],
            "requests": self.requests,
            "settings": {"read": [key for key, found in self._settings.items() if found], "missing": self.missing_settings},
            "hardware": self._notes,
            "files_written": sorted(path for path, count in context.drive.written.items() if count),
            "warnings": self.warnings,
        }

    def format(self, context):
        """The same in a few lines."""
        found = self.as_dict(context)
        sockets = found["sockets"]
        lines = [f"{len(self.lives)} {'life' if len(self.lives) == 1 else 'lives'} in {found['seconds']:.1f} s; "
                 f"{sockets['made']} sockets, {sockets['bytes_sent']} bytes sent, {sockets['bytes_received']} received"]
        table = context.radio._dump().splitlines() if context.is_running else self.lives[-1]["sockets"] if self.lives else []
        if len(table) > 2:
            lines += [f"sockets {'open' if context.is_running else 'that were open at the end'}:", *(f"  {line}" for line in table[1:])]
        for entry in found["names"]:
            if entry["port"] is not None or not any(other["name"] == entry["name"] and other["port"] for other in found["names"]):
                where = f":{entry['port']}" if entry["port"] else ""
                leads = f", led to {entry['leads_to']}" if entry["leads_to"] else ""
                lines.append(f"name {entry['name']}{where}, {entry['count']} times{leads}")
        for module, notes in found["hardware"].items():
            for what, count in list(notes.items())[:12]:
                lines.append(f"{module}: {what}{f', {count} times' if count > 1 else ''}")
            if len(notes) > 12:
                lines.append(f"{module}: and {len(notes) - 12} other things (--json has all)")
        if found["settings"]["missing"]:
            lines.append(f"asked for, and not in settings.toml: {', '.join(found['settings']['missing'])}")
        if found["files_written"]:
            lines.append(f"written: {', '.join(found['files_written'])}")
        return "".join(f"socketpool: {line}\n" for line in lines)

    def write(self, context):
        """At the end: where the options want it."""
        options = context.options
        if options.json:
            import json

            text = json.dumps(self.as_dict(context), indent=2, default=str) + "\n"
            if options.json == "-":
                sys.stdout.write(text)
            else:
                with open(options.json, "w", encoding="utf-8") as file:
                    file.write(text)
        if not options.quiet:
            self.show(context)

    def show(self, context):
        """On standard error."""
        sys.stdout.flush()
        sys.stderr.write(self.format(context))
        sys.stderr.flush()
