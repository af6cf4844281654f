#!/usr/bin/env python3
"""Keeps the history of benchmark ratios and draws it.

    dotnet run -c Release --project benchmarks/SocketPools.Benchmarks | tee last.md
    python3 scripts/benchmark_history.py append last.md          adds the ratios of the tables to benchmarks/history.csv
    python3 scripts/benchmark_history.py draw docs/benchmark-history.svg   draws one line a benchmark and contender

The tables are those that the benchmarks print: Markdown whose cells are "nanoseconds (ratio)" or a bare ratio. Only ratios within one run
are kept, because times of different machines cannot be compared.
"""

import argparse
import csv
import datetime
import html
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
HISTORY = ROOT / "benchmarks" / "history.csv"
FIELDS = ["date", "commit", "benchmark", "contender", "ratio"]
COLORS = ["#1f77b4", "#d62728", "#2ca02c", "#9467bd", "#ff7f0e", "#17becf", "#8c564b", "#7f7f7f"]


def ratios(text: str) -> list[tuple[str, str, float]]:
    """Reads benchmark, contender and ratio from every table whose header says that its cells have ratios ("x ...")."""
    found, header = [], None
    for line in text.splitlines():
        cells = [cell.strip() for cell in line.strip().strip("|").split("|")] if line.startswith("|") else []
        if not cells:
            header = None
        elif header is None:
            header = cells
        elif not set(line) <= set("|-: "):
            for name, cell in zip(header[1:], cells[1:]):
                ratio = re.search(r"\((\d+(?:\.\d+)?)\)", cell)
                if ratio and " x " in f" {header[0]} ".replace("(x ", " x "):
                    found.append((cells[0], name, float(ratio.group(1))))
    return found


def append(source: str) -> int:
    text = sys.stdin.read() if source == "-" else pathlib.Path(source).read_text(encoding="utf-8")
    rows = ratios(text)
    if not rows:
        print("No table with ratios was found.", file=sys.stderr)
        return 1
    commit = subprocess.run(["git", "rev-parse", "--short", "HEAD"], cwd=ROOT, capture_output=True, text=True, check=True).stdout.strip()
    date = datetime.datetime.now(datetime.timezone.utc).date().isoformat()
    new = not HISTORY.exists()
    with HISTORY.open("a", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        if new:
            writer.writerow(FIELDS)
        writer.writerows([date, commit, *row] for row in rows)
    print(f"{len(rows)} ratios added to {HISTORY.relative_to(ROOT)}")
    return 0


def draw(target: str) -> int:
    with HISTORY.open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    runs = list(dict.fromkeys((row["date"], row["commit"]) for row in rows))
    benchmarks = list(dict.fromkeys(row["benchmark"] for row in rows))
    contenders = list(dict.fromkeys(row["contender"] for row in rows))
    width, height, left, top = 260, 110, 40, 28
    columns = 3
    lines = [f'<svg xmlns="http://www.w3.org/2000/svg" width="{columns * (width + left)}" '
             f'height="{-(-len(benchmarks) // columns) * (height + top + 30) + 30}" font-family="sans-serif" font-size="11">',
             '<rect width="100%" height="100%" fill="white"/>']
    for place, contender in enumerate(contenders):
        color = COLORS[place % len(COLORS)]
        lines.append(f'<text x="{10 + place * 160}" y="16" fill="{color}">{html.escape(contender)}</text>')
    for place, benchmark in enumerate(benchmarks):
        x = left + place % columns * (width + left)
        y = 30 + top + place // columns * (height + top + 30)
        mine = [row for row in rows if row["benchmark"] == benchmark]
        highest = max(float(row["ratio"]) for row in mine) * 1.05
        lines.append(f'<text x="{x}" y="{y - 8}" font-weight="bold">{html.escape(benchmark)}</text>')
        lines.append(f'<rect x="{x}" y="{y}" width="{width - 20}" height="{height}" fill="none" stroke="#ccc"/>')
        lines += [f'<text x="{x - 4}" y="{y + 10}" text-anchor="end">{highest:.2f}</text>',
                  f'<text x="{x - 4}" y="{y + height}" text-anchor="end">0</text>']
        for number, contender in enumerate(contenders):
            points = [
                (x + (width - 20) * (runs.index((row["date"], row["commit"])) + 0.5) / len(runs), y + height * (1 - float(row["ratio"]) / highest))
                for row in mine if row["contender"] == contender
            ]
            color = COLORS[number % len(COLORS)]
            if len(points) > 1:
                path = " ".join(f"{a:.1f},{b:.1f}" for a, b in points)
                lines.append(f'<polyline points="{path}" fill="none" stroke="{color}"/>')
            lines += [f'<circle cx="{a:.1f}" cy="{b:.1f}" r="2.5" fill="{color}"/>' for a, b in points]
    lines.append(f'<text x="10" y="{30 + -(-len(benchmarks) // columns) * (height + top + 30) - 8}" fill="#666">'
                 f'{len(runs)} run(s), {runs[0][0]} to {runs[-1][0]}; ratio to the first column of each table</text></svg>')
    pathlib.Path(target).write_text("\n".join(lines) + "\n", encoding="utf-8")
    return 0


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(required=True)
    adding = commands.add_parser("append")
    adding.add_argument("file", help="the output of a benchmark, or - for standard input")
    adding.set_defaults(run=lambda options: append(options.file))
    drawing = commands.add_parser("draw")
    drawing.add_argument("file", help="the SVG to write")
    drawing.set_defaults(run=lambda options: draw(options.file))
    options = parser.parse_args()
    return options.run(options)


if __name__ == "__main__":
    sys.exit(main())
