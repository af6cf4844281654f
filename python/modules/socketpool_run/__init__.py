"""`socketpool run`: runs a CIRCUITPY drive, a folder with code.py, as a board would.

The rooms, from the bottom up; each knows those before it. Nothing here is imported by `import socketpool`.

- `context`: what a run consists of, and what the stand-ins for board modules import.
- `clock`, `report`, `values`, `settings`, `drive`: time, what happened, what was fed, settings.toml, the drive's paths.
- `facades`: the modules of CPython that a program for boards sees otherwise: os, sys, time, io, gc, ssl, atexit.
- `dialect`, `rewriting`, `loading`, `importing`: how source is compiled, and where imports come from. `absent`, `readings`: chips that are not here.
- `hosts`, `targets`, `names`, `deciding`, `fake`, `air`, `radio`: what host names lead to, the folder of answers, the access point.
- `endings`, `life`, `boot`, `lives`, `overseer`, `watching`, `tracebacks`, `hints`: one run of code.py, and what follows it: reloads, deep sleep, saved files.
- `options`, `desk`, `cli`: the command line and desk.toml.
- `standins`: stand-ins for a board's own modules; a folder that only a run puts on `sys.path`.
"""
