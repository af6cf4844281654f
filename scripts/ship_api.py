"""Moves the public API of every package from PublicAPI.Unshipped.txt to PublicAPI.Shipped.txt: a step of a release.

    python3 scripts/ship_api.py [--check]

From then on a member that goes away, or changes, fails the build (RS0017) until its line stands in Unshipped with *REMOVED* in front. --check changes
nothing, and ends with 1 where something is not shipped yet: for the release itself.
"""

import argparse
import pathlib
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
HEADER = "#nullable enable"
REMOVED = "*REMOVED*"


def lines(path):
    """The members of a file."""
    return {line for line in path.read_text(encoding="utf-8-sig").splitlines() if line and not line.startswith("#")}


def write(path, members):
    path.write_text("\n".join([HEADER, *sorted(members)]) + "\n", encoding="utf-8")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true", help="change nothing; end with 1 if something is not shipped")
    check = parser.parse_args().check
    left = 0
    for unshipped in sorted(ROOT.glob("src/*/PublicAPI.Unshipped.txt")):
        shipped = unshipped.with_name("PublicAPI.Shipped.txt")
        new = lines(unshipped)
        if not new:
            continue
        gone = {line.removeprefix(REMOVED) for line in new if line.startswith(REMOVED)}
        unknown = gone - lines(shipped)
        if unknown:
            sys.exit(f"{unshipped.parent.name}: removed, and never shipped: {', '.join(sorted(unknown))}")
        left += len(new)
        print(f"{unshipped.parent.name}: {len(new) - len(gone)} new, {len(gone)} removed")
        if not check:
            write(shipped, (lines(shipped) | {line for line in new if not line.startswith(REMOVED)}) - gone)
            write(unshipped, set())
    return 1 if check and left else 0


if __name__ == "__main__":
    sys.exit(main())
