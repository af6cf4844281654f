#!/usr/bin/env python3
"""Measures the project's prose: words per sentence, long sentences, metaphors, and summaries that say nothing.

    python3 scripts/prose.py                 a table of all pages and of the public summaries
    python3 scripts/prose.py --check         exits with 1 where a limit is exceeded
    python3 scripts/prose.py --show FILE     prints the sentences of FILE that are too long or use a listed word

Code blocks, tables, headings, links' targets and XML tags do not count. A list item or a table cell is a sentence of its own.
"""

import argparse
import pathlib
import re
import statistics
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
MEAN_LIMIT = 18.0
SENTENCE_LIMIT = 40
SUMMARY_MIN_WORDS = 5
# Words that describe software as people or as theatre. The standard term reads faster.
METAPHORS = re.compile(
    r"\b(nobody|somebody|everybody|anybody|whoever|whom|believ\w*|harm(?:s|ed|less)?|borrow\w*|stranger\w*|lends?|lent|told|tells"
    r"|doubt\w*|trust(?:s|ed) (?:nobody|strangers)|ceremony|oracle|at a desk|knows nothing)\b",
    re.IGNORECASE,
)


def sentences_of_markdown(text: str) -> list[str]:
    """Splits a page into sentences without code, tables and headings."""
    text = re.sub(r"^```.*?^```", "", text, flags=re.DOTALL | re.MULTILINE)
    text = re.sub(r"<!--.*?-->", "", text, flags=re.DOTALL)
    text = re.sub(r"^(#|\|| {4}|---|!\[|\[!).*$", "", text, flags=re.MULTILINE)
    text = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", text)
    text = re.sub(r"`[^`]*`", "CODE", text)
    blocks = re.split(r"\n\s*\n|\n(?=\s*(?:[-*+]|\d+\.)\s)", text)
    return [sentence for block in blocks for sentence in split(block)]


def split(block: str) -> list[str]:
    """Splits a paragraph at the ends of sentences."""
    block = re.sub(r"^\s*(?:[-*+]|\d+\.)\s+", "", " ".join(block.split()))
    block = re.sub(r"\b(e\.g|i\.e|etc|vs|cf|RFC|no)\.", r"\1", block)
    parts = re.split(r"(?<=[.!?])[\"')*_]*\s+(?=[\"'(*_`]*[A-Z0-9])|(?<=:)\s+(?=[A-Z][a-z]+ [a-z])", block)
    return [part for part in parts if words(part) > 0]


def words(sentence: str) -> int:
    return len(re.findall(r"[A-Za-z0-9][\w.'/+-]*", sentence))


def summaries(folder: pathlib.Path) -> list[tuple[str, str]]:
    """The XML summaries of public members, with where they stand."""
    found = []
    for path in sorted(folder.rglob("*.cs")):
        if "obj" in path.parts or "bin" in path.parts:
            continue
        text = path.read_text(encoding="utf-8")
        for match in re.finditer(r"((?:^[ \t]*///.*\n)+)((?:^[ \t]*\[.*\n)*)^[ \t]*(public|protected) ", text, re.MULTILINE):
            comment = re.sub(r"^[ \t]*/// ?", "", match.group(1), flags=re.MULTILINE)
            summary = re.search(r"<summary>(.*?)</summary>", comment, re.DOTALL)
            if summary:
                plain = re.sub(r"<see \w+=\"(?:\w:)?([^\"]*)\"\s*/>", r"\1", summary.group(1))
                plain = " ".join(re.sub(r"<[^>]*>", "", plain).split())
                line = text.count("\n", 0, match.start()) + 1
                found.append((f"{path.relative_to(ROOT)}:{line}", plain))
    return found


def pages() -> list[pathlib.Path]:
    named = [ROOT / name for name in ("README.md", "CHANGELOG.md", "CONTRIBUTING.md", "SECURITY.md", "python/README.md")]
    packages = sorted((ROOT / "src").glob("*/README.md"))
    return [page for page in [*named, ROOT / "findings/README.md", *packages, *sorted((ROOT / "docs").rglob("*.md"))] if page.exists()]


def measure(page: pathlib.Path) -> tuple[float, int, int]:
    """Mean words per sentence, sentences over the limit, and listed words."""
    text = page.read_text(encoding="utf-8")
    found = sentences_of_markdown(text)
    lengths = [words(sentence) for sentence in found] or [0]
    return (
        statistics.mean(lengths),
        sum(length > SENTENCE_LIMIT for length in lengths),
        sum(len(METAPHORS.findall(sentence)) for sentence in found),
    )


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--check", action="store_true")
    arguments.add_argument("--show", metavar="FILE")
    options = arguments.parse_args()
    if options.show:
        path = pathlib.Path(options.show).resolve()
        for sentence in sentences_of_markdown(path.read_text(encoding="utf-8")):
            listed = METAPHORS.findall(sentence)
            if words(sentence) > 28 or listed:
                print(f"{words(sentence):3} {sorted(set(listed)) or ''} {sentence}\n")
        return 0

    failed = False
    print(f"{'page':42} {'mean':>6} {'long':>5} {'words':>5}")
    for page in pages():
        mean, long, listed = measure(page)
        failed |= mean >= MEAN_LIMIT or long > 0 or listed > 0
        print(f"{str(page.relative_to(ROOT)):42} {mean:6.1f} {long:5} {listed:5}")

    found = summaries(ROOT / "src")
    short = [(where, text) for where, text in found if words(text) < SUMMARY_MIN_WORDS]
    listed = [(where, text) for where, text in found if METAPHORS.search(text)]
    failed |= bool(short) or bool(listed)
    print(f"\n{len(found)} public summaries, {len(short)} of fewer than {SUMMARY_MIN_WORDS} words, {len(listed)} with a listed word")
    for where, text in [*short, *listed] if options.check else []:
        print(f"  {where}: {text}")
    return 1 if options.check and failed else 0


if __name__ == "__main__":
    sys.exit(main())
