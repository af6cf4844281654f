#!/usr/bin/env python3
"""Measures the project's prose: words per sentence, long sentences, metaphors, and summaries that say nothing.

    python3 scripts/prose.py                 a table of all pages and of the public summaries
    python3 scripts/prose.py --check         exits with 1 where a limit is exceeded
    python3 scripts/prose.py --show FILE     prints the sentences of FILE that are too long or use a listed word

Code blocks, tables, headings, links' targets and XML tags do not count for lengths. A list item is a sentence of its own.
Listed words count in tables and headings too, and in all public XML comments: summaries, parameters, results, exceptions and remarks.
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
    r"|doubt\w*|trust(?:s|ed) (?:nobody|strangers)|ceremony|oracle|at (?:a|the) desk|the desk|knows nothing)\b",
    re.IGNORECASE,
)
TYPE = re.compile(r"^(\s*)(?:(public|internal|private|protected|file)\s+)?(?:[a-z]+\s+)*?(class|struct|interface|enum|record)\s+\w")


def sentences_of_markdown(text: str) -> list[str]:
    """Splits a page into sentences without code, tables and headings."""
    text = re.sub(r"^```.*?^```", "", text, flags=re.DOTALL | re.MULTILINE)
    text = re.sub(r"<!--.*?-->", "", text, flags=re.DOTALL)
    text = re.sub(r"^(#|\|| {4}|---|!\[|\[!).*$", "", text, flags=re.MULTILINE)
    text = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", text)
    text = re.sub(r"`[^`]*`", "CODE", text)
    blocks = re.split(r"\n\s*\n|\n(?=\s*(?:[-*+]|\d+\.)\s)", text)
    return [sentence for block in blocks for sentence in split(block)]


def without_code(text: str) -> str:
    """A page without code, comments and links' targets, but with its headings and tables."""
    text = re.sub(r"^```.*?^```|<!--.*?-->", "", text, flags=re.DOTALL | re.MULTILINE)
    return re.sub(r"\]\([^)]*\)|`[^`]*`", "", text)


def split(block: str) -> list[str]:
    """Splits a paragraph at the ends of sentences."""
    block = re.sub(r"^\s*(?:[-*+]|\d+\.)\s+", "", " ".join(block.split()))
    block = re.sub(r"\b(e\.g|i\.e|etc|vs|cf|RFC|no)\.", r"\1", block)
    parts = re.split(r"(?<=[.!?])[\"')*_]*\s+(?=[\"'(*_`]*[A-Z0-9])|(?<=:)\s+(?=[A-Z][a-z]+ [a-z])", block)
    return [part for part in parts if words(part) > 0]


def words(sentence: str) -> int:
    return len(re.findall(r"[A-Za-z0-9][\w.'/+-]*", sentence))


def comments(folder: pathlib.Path) -> list[tuple[str, str, str]]:
    """The XML comments of public members: where they stand, the element, and its text. Members of enumerations and interfaces have no modifier."""
    found = []
    for path in sorted(folder.rglob("*.cs")):
        if "obj" in path.parts or "bin" in path.parts:
            continue
        types: list[tuple[int, bool, str]] = []
        comment: list[str] = []
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            code = line.strip()
            if code.startswith("///"):
                comment.append(code[3:].strip())
                continue
            if not code or code.startswith(("[", "//", "#")):
                continue
            indent = len(line) - len(line.lstrip())
            while types and types[-1][0] >= indent and code not in "{}":
                types.pop()
            of_public_contract = bool(types) and all(public for _, public, _ in types) and types[-1][2] in ("enum", "interface")
            public = re.match(r"(public|protected)\b", code) or (of_public_contract and not re.match(r"(internal|private)\b", code))
            if comment and public:
                for element, text in re.findall(r"<(summary|param|typeparam|returns|exception|remarks|value)\b[^>]*>(.*?)</\1>", " ".join(comment)):
                    found.append((f"{path.relative_to(ROOT)}:{number}", element, plain(text)))
            comment = []
            if match := TYPE.match(line):
                types.append((indent, match.group(2) == "public", match.group(3)))
    return found


def plain(text: str) -> str:
    """The words of an XML comment; what stands in code is one word."""
    text = re.sub(r"<(?:see|seealso) \w+=\"(?:\w:)?([^\"]*)\"\s*/>", r"\1", text)
    text = re.sub(r"<(?:paramref|typeparamref) name=\"(\w+)\"\s*/>", r"\1", text)
    text = re.sub(r"<c>.*?</c>|<code>.*?</code>", "CODE", text)
    return " ".join(re.sub(r"<[^>]*>", " ", text).split())


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
        len(METAPHORS.findall(without_code(text))),
    )


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--check", action="store_true")
    arguments.add_argument("--show", metavar="FILE")
    options = arguments.parse_args()
    if options.show:
        path = pathlib.Path(options.show).resolve()
        text = path.read_text(encoding="utf-8")
        for sentence in sentences_of_markdown(text):
            if words(sentence) > 28:
                print(f"{words(sentence):3} {sentence}\n")
        for line in without_code(text).splitlines():
            if listed := METAPHORS.findall(line):
                print(f"{sorted(set(listed))} {line.strip()}\n")
        return 0

    failed = False
    print(f"{'page':42} {'mean':>6} {'long':>5} {'words':>5}")
    for page in pages():
        mean, long, listed = measure(page)
        failed |= mean >= MEAN_LIMIT or long > 0 or listed > 0
        print(f"{str(page.relative_to(ROOT)):42} {mean:6.1f} {long:5} {listed:5}")

    found = comments(ROOT / "src")
    summaries = [(where, text) for where, element, text in found if element == "summary"]
    short = [(where, text) for where, text in summaries if words(text) < SUMMARY_MIN_WORDS]
    listed = [(where, text) for where, _, text in found if METAPHORS.search(text)]
    long = [(where, sentence) for where, _, text in found for sentence in split(text) if words(sentence) > SENTENCE_LIMIT]
    failed |= bool(short) or bool(listed) or bool(long)
    print(
        f"\n{len(summaries)} public summaries, {len(short)} of fewer than {SUMMARY_MIN_WORDS} words; "
        f"{len(found)} elements of public comments, {len(listed)} with a listed word, {len(long)} sentences of more than {SENTENCE_LIMIT} words"
    )
    for where, text in [*short, *listed, *long] if options.check else []:
        print(f"  {where}: {text}")
    return 1 if options.check and failed else 0


if __name__ == "__main__":
    sys.exit(main())
