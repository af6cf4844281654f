#!/usr/bin/env python3
"""Runs a command in a pseudo-terminal and draws what it printed, with colours, as an SVG file.

    python3 scripts/terminal_svg.py docs/demo.svg -- dotnet run --project src/SocketPools.Tool -- demo
"""

import argparse
import fcntl
import html
import os
import pty
import re
import struct
import subprocess
import sys
import termios

COLUMNS = 110
CELL_WIDTH, LINE_HEIGHT, MARGIN = 8.4, 18, 14
COLORS = ["#45475a", "#f38ba8", "#a6e3a1", "#f9e2af", "#89b4fa", "#f5c2e7", "#94e2d5", "#bac2de"]


def run(command: list[str]) -> str:
    """The output of a command that writes to a pseudo-terminal of COLUMNS columns."""
    parent, child = pty.openpty()
    fcntl.ioctl(child, termios.TIOCSWINSZ, struct.pack("HHHH", 50, COLUMNS, 0, 0))
    environment = {**os.environ, "TERM": "xterm-256color", "COLUMNS": str(COLUMNS)}
    process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=child, stderr=child, env=environment)
    os.close(child)
    output = b""
    while True:
        try:
            part = os.read(parent, 65536)
        except OSError:  # EIO: the other end is closed.
            break
        if not part:
            break
        output += part
    if process.wait(timeout=60) != 0:
        raise SystemExit(f"{command[0]} ended with {process.returncode}")
    return output.decode("utf-8", "replace").replace("\r\n", "\n")


def color_of(codes: list[int], current: tuple[str | None, bool]) -> tuple[str | None, bool]:
    """The colour and weight after one SGR sequence (ECMA-48, 8.3.117; 38;5;N for 256 colours)."""
    color, bold = current
    place = 0
    while place < len(codes):
        code = codes[place]
        if code == 0:
            color, bold = None, False
        elif code == 1:
            bold = True
        elif 30 <= code <= 37:
            color = COLORS[code - 30]
        elif 90 <= code <= 97:
            color = COLORS[code - 90]
        elif code == 39:
            color = None
        elif code == 38 and place + 2 < len(codes) and codes[place + 1] == 5:
            color = COLORS[codes[place + 2] % 8]
            place += 2
        place += 1
    return color, bold


def draw(title: str, text: str) -> str:
    lines = text.rstrip("\n").split("\n")
    width = MARGIN * 2 + CELL_WIDTH * COLUMNS
    height = MARGIN * 2 + LINE_HEIGHT * (len(lines) + 1)
    svg = [f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:.0f} {height:.0f}" role="img" aria-label="{html.escape(title)}">',
           f'<title>{html.escape(title)}</title>',
           '<rect width="100%" height="100%" rx="8" fill="#1e1e2e"/>',
           '<g font-family="ui-monospace,Menlo,Consolas,monospace" font-size="14" fill="#cdd6f4" xml:space="preserve">',
           f'<text x="{MARGIN}" y="{MARGIN + LINE_HEIGHT * 0.75:.1f}" fill="#a6adc8">$ {html.escape(title)}</text>']
    style: tuple[str | None, bool] = (None, False)
    for row, line in enumerate(lines, start=1):
        spans, column = [], 0
        for part in re.split(r"(\x1b\[[0-9;?]*[A-Za-z])", line):
            if part.startswith("\x1b["):
                if part.endswith("m"):
                    style = color_of([int(code or 0) for code in part[2:-1].split(";")], style)
            elif part:
                weight = ' font-weight="bold"' if style[1] else ""
                fill = f' fill="{style[0]}"' if style[0] else ""
                spans.append(f'<tspan x="{MARGIN + column * CELL_WIDTH:.1f}"{fill}{weight}>{html.escape(part)}</tspan>')
                column += len(part)
        svg.append(f'<text y="{MARGIN + LINE_HEIGHT * (row + 0.75):.1f}">{"".join(spans)}</text>')
    return "\n".join([*svg, "</g>", "</svg>", ""])


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("file", help="the SVG to write")
    parser.add_argument("--title", help="the command line that is shown; the real one without it")
    parser.add_argument("command", nargs="+")
    options = parser.parse_args()
    with open(options.file, "w", encoding="utf-8") as file:
        file.write(draw(options.title or " ".join(options.command), run(options.command)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
