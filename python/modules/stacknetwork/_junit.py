"""A report in JUnit's format (XML) of a sweep: one test for each seed, as `socketpool sim --junit` writes it."""

import re
from xml.etree import ElementTree

# What XML has no place for: most control characters, and halves of surrogate pairs.
_UNPRINTABLE = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def write(path, suite, runs):
    """Write `runs`, a list of (seed, real seconds, text of the failure or None), to a file."""
    failures = sum(text is not None for _, _, text in runs)
    counts = {"tests": str(len(runs)), "failures": str(failures), "errors": "0", "skipped": "0", "time": f"{sum(run[1] for run in runs):.3f}"}
    root = ElementTree.Element("testsuites", counts)
    cases = ElementTree.SubElement(root, "testsuite", {"name": _printable(suite), **counts})
    for seed, seconds, text in runs:
        case = ElementTree.SubElement(cases, "testcase", {"classname": _printable(suite), "name": f"seed {seed}", "time": f"{seconds:.3f}"})
        if text is not None:
            text = _printable(text)
            ElementTree.SubElement(case, "failure", {"message": text.partition("\n")[0]}).text = text
    ElementTree.indent(root)
    ElementTree.ElementTree(root).write(path, encoding="utf-8", xml_declaration=True)


def _printable(text):
    return _UNPRINTABLE.sub("\ufffd", text)
