"""Compiles the module with NativeAOT, and says in one line what the machine lacks for it."""

import os
import platform
import re
import shutil
import subprocess
import sys
import sysconfig
import tempfile
import threading
import time

from project import NAME, ROOT

# An extension module may be the __init__ of a package; the stub and py.typed have their place beside it.
MODULE = "__init__.abi3.so"

_PROJECT = os.path.join(ROOT, "src", "SocketPools.Python")
_MACHINES = {"x86_64": "x64", "amd64": "x64", "aarch64": "arm64", "arm64": "arm64"}


def find_or_build(scratch, config_settings=None):
    """Path of the compiled module: the one that the settings name, or one that is compiled now, without touching the sources' own bin and obj."""
    library = (config_settings or {}).get("library")
    if library:
        if not os.path.isfile(library):
            fail(f"there is no file {library}, which the setting library names")
        return library
    identifier = runtime_identifier()
    linker = find_linker()
    check_sdk()
    return publish(scratch, identifier, linker)


def publish(scratch, identifier, linker, objcopy=None):
    """Compiles for a machine with a linker, and with an objcopy of another machine's where it is one. The path of the module."""
    output = os.path.join(scratch, "out")
    _tell(f"compiling the module for {identifier} with NativeAOT; the first build downloads the compiler (about 150 MB), and takes some minutes")
    command = [
        "dotnet", "publish", _PROJECT, "-c", "Release", "-r", identifier, "--artifacts-path", os.path.join(scratch, "artifacts"), "-o", output,
        f"-p:CppCompilerAndLinker={linker}", f"-p:OldGlibc={'false' if 'musl' in identifier else 'true'}", *([f"-p:ObjCopyName={objcopy}"] if objcopy else []), "-p:UseSharedCompilation=false", "-nodeReuse:false", "-nologo",
        # The same bytes from every directory: neither paths nor a repository's commit get into them.
        f"-p:PathMap={ROOT}=/_%2C{os.path.realpath(scratch)}=/_", "-p:EnableSourceControlManagerQueries=false", "-p:ContinuousIntegrationBuild=true",
    ]
    done = _run(command, tell=True)
    library = os.path.join(output, "socketpool.so")
    if done.returncode != 0 or not os.path.exists(library):
        fail(f"compiling the module failed: {_first_error(done.stdout)}", log=done.stdout)
    return library


def runtime_identifier():
    """The machine as .NET names it."""
    machine = _MACHINES.get(platform.machine().lower())
    if not sys.platform.startswith("linux") or machine is None:
        fail(f"the module is made for Linux on x86-64 and ARM64, and this is {sysconfig.get_platform()}")
    if sys.implementation.name != "cpython":
        fail(f"the module is made for CPython, and this is {sys.implementation.name}")
    is_musl = "musl" in (sysconfig.get_config_var("HOST_GNU_TYPE") or "")
    return f"linux-{'musl-' if is_musl else ''}{machine}"


def find_linker():
    """clang or gcc, of which NativeAOT needs one to link; it is tried out."""
    linker = shutil.which("clang") or shutil.which("gcc")
    if linker is None:
        fail("neither clang nor gcc is on the PATH, and NativeAOT links with one of them (Debian: apt install gcc libc6-dev)")
    if not (shutil.which("objcopy") or shutil.which("llvm-objcopy")):
        fail("objcopy is not on the PATH (Debian: apt install binutils)")
    with tempfile.TemporaryDirectory() as scratch:
        source = os.path.join(scratch, "try.c")
        with open(source, "w") as file:
            file.write("#include <stdio.h>\nint main(void) { return puts(\"\") < 0; }\n")
        done = _run([linker, source, "-o", os.path.join(scratch, "try"), "-lm"])
    if done.returncode != 0:
        fail(f"{linker} cannot link a C program, most likely for want of the C library's headers (Debian: apt install libc6-dev)", log=done.stdout)
    return linker


def check_sdk():
    wanted = re.search(r'"version":\s*"([^"]+)"', _read(os.path.join(ROOT, "global.json"))).group(1)
    hint = f"the .NET SDK {wanted} or a later one of {wanted.split('.')[0]}.0 is needed (https://dotnet.microsoft.com/download)"
    if shutil.which("dotnet") is None:
        fail(f"dotnet is not on the PATH: {hint}")
    # In the directory of global.json the answer is the version that it asks for, or an error.
    if _run(["dotnet", "--version"]).returncode != 0:
        have = re.findall(r"^(\S+) \[", _run(["dotnet", "--list-sdks"]).stdout, re.MULTILINE)
        fail(f"{hint}; this machine has {', '.join(have) or 'none'}")


def fail(reason, log=None):
    """Ends the build. The frontend shows what is written here; a traceback would hide it."""
    if log:
        print(log, file=sys.stderr)
    print(f"error: {NAME}: {reason}", file=sys.stderr, flush=True)
    raise SystemExit(1)


def _first_error(log):
    lines = [line.strip() for line in log.splitlines() if re.search(r"\berror\b", line, re.IGNORECASE)]
    if any(re.search(r"NU1\d\d\d", line) for line in lines):
        return f"NuGet cannot get the compiler's packages, which the first build downloads ({lines[0]})"
    return lines[0] if lines else "see its output above"


def _run(command, tell=False):
    """Runs a program to its end; `tell` says every ten seconds what it has written last. What it wrote is its stdout."""
    quiet = {"DOTNET_CLI_TELEMETRY_OPTOUT": "1", "DOTNET_NOLOGO": "1", "DOTNET_CLI_UI_LANGUAGE": "en", "MSBUILDDISABLENODEREUSE": "1"}
    with subprocess.Popen(command, cwd=ROOT, env={**os.environ, **quiet}, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, text=True, errors="replace") as process:
        lines = []
        ended = threading.Event()
        telling = threading.Thread(target=_report, args=(lines, ended), daemon=True)
        if tell:
            telling.start()
        for line in process.stdout:
            lines.append(line)
        ended.set()
        process.wait()
    return subprocess.CompletedProcess(command, process.returncode, "".join(lines))


def _report(lines, ended):
    start = time.monotonic()
    while not ended.wait(10):
        last = lines[-1].strip()[:120] if lines else "starting"
        _tell(f"{time.monotonic() - start:.0f} s: {last}")


def _tell(text):
    """Progress: on the terminal, as frontends keep standard error to themselves until something fails; without a terminal on standard error."""
    try:
        with open("/dev/tty", "w", encoding="utf-8") as terminal:
            terminal.write(f"\r{NAME}: {text}\n")
    except OSError:
        print(f"{NAME}: {text}", file=sys.stderr, flush=True)


def _read(path):
    with open(path, encoding="utf-8") as file:
        return file.read()
