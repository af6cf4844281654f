"""Reads the case files. README.md in this folder has the grammar; the C# twin is CaseFile.cs."""

import itertools
import pathlib
from dataclasses import dataclass, field


@dataclass
class Case:
    name: str
    file: str
    network: str = "host"
    differs: str = ""
    alone: str = ""
    steps: list = field(default_factory=list)  # (text, what ours answers or None)


def read_all(folder):
    cases = []
    for path in sorted(pathlib.Path(folder).glob("*.cases")):
        cases.extend(read(path))
    names = [c.name for c in cases]
    twice = {n for n in names if names.count(n) > 1}
    if twice:
        raise ValueError(f"two cases with one name: {sorted(twice)}")
    return cases


def read(path):
    cases, template = [], None
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        text = line.strip()
        if not text or text.startswith("#"):
            continue
        if line.startswith("== "):
            template = {"name": line[3:].strip(), "each": [], "head": {}, "steps": []}
            cases.append(template)
        elif line.startswith("  ") and template:
            template["steps"].append(text)
        elif template and ":" in line:
            key, value = line.split(":", 1)
            if key.startswith("each "):
                template["each"].append((key[5:].split(","), [v.strip().split(",") for v in value.split("|")]))
            elif key in ("network", "alone"):
                template["head"][key] = value.strip()
            elif key.startswith("differs "):
                template["head"]["differs"] = key[8:] + ": " + value.strip()
            else:
                raise ValueError(f"{path.name}:{number}: unknown line {line!r}")
        else:
            raise ValueError(f"{path.name}:{number}: unknown line {line!r}")
    return [c for t in cases for c in expand(t, path.name)]


def expand(template, file):
    """One case for each combination of the `each` lines; {x} is replaced everywhere."""
    for combination in itertools.product(*(values for _, values in template["each"])):
        words = {}
        for (names, _), values in zip(template["each"], combination):
            words.update(zip((n.strip() for n in names), (v.strip() for v in values), strict=True))
        name = fill(template["name"], words)
        unnamed = [v for k, v in words.items() if "{%s}" % k not in template["name"]]
        if unnamed:
            name += " (" + ", ".join(unnamed) + ")"
        case = Case(name, file, template["head"].get("network", "host"), fill(template["head"].get("differs", ""), words), template["head"].get("alone", ""))
        for text in template["steps"]:
            step, mark, ours = fill(text, words).partition(";; ours:")
            case.steps.append((step.strip(), ours.strip() if mark else None))
        yield case


def fill(text, words):
    for key, value in words.items():
        text = text.replace("{%s}" % key, value)
    return text
