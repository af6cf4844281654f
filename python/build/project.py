"""What belongs to the distribution: its name and version, the files of wheel and sdist, its metadata."""

import os
import re
import shutil
import sysconfig
import tomllib
from xml.etree import ElementTree

from elf import Library

HERE = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
MODULES = os.path.join(HERE, "modules")

# In the repository the C# is beside us, in an unpacked sdist it is with us.
ROOT = HERE if os.path.exists(os.path.join(HERE, "Directory.Build.props")) else os.path.dirname(HERE)

# What compiling needs besides the sources.
_SETTINGS = ("Directory.Build.props", "Directory.Build.targets", "Directory.Packages.props", "src/Directory.Build.targets", "BannedSymbols.txt", ".editorconfig", "global.json", "nuget.config", "LICENSE")
_SOURCES = ("src/SocketPools", "src/SocketPools.Boards", "src/SocketPools.Chips", "src/SocketPools.Python", "src/SocketPools.Simulation", "src/SocketPools.Stack")
_OWN = ("pyproject.toml", "README.md", "build", "modules")


def read(path):
    with open(path, "rb") as file:
        return file.read()


def python_version(version):
    """A version as NuGet writes it (SemVer) in the form of PEP 440, as it stands in names of files: 1.0.0-rc.1 is 1.0.0rc1."""
    match = re.fullmatch(r"(\d+\.\d+\.\d+)(?:-(alpha|beta|rc)\.(\d+))?", version)
    if not match:
        raise SystemExit(f"The version {version} in Directory.Build.props has no form for Python: write 1.2.3, or 1.2.3-rc.1 (alpha, beta, rc)")
    release, stage, number = match.groups()
    return release + ({"alpha": "a", "beta": "b", "rc": "rc"}[stage] + number if stage else "")


def _read_version():
    version = ElementTree.parse(os.path.join(ROOT, "Directory.Build.props")).findtext(".//Version")
    if not version:
        raise SystemExit("Directory.Build.props has no <Version>")
    return python_version(version)


VERSION = _read_version()
NAME = "circuitpython-socketpool"
STEM = f"circuitpython_socketpool-{VERSION}"

# The stable ABI of 3.11.
_ABI = "cp311-abi3-"

# The oldest glibc of wheels, to which src/SocketPools.Python/OldGlibc.S keeps: Debian 10, RHEL 8, Ubuntu 20.04.
_OLDEST_GLIBC = (2, 28)


def module_files():
    """Name in the wheel to path, of everything but the compiled module."""
    return {name: path for name, path in _files_below(MODULES) if not name.endswith(".so")}


def source_files():
    """Name in the sdist to content; an unpacked sdist gives the same files again."""
    files = {name: read(os.path.join(ROOT, name)) for name in _SETTINGS if os.path.exists(os.path.join(ROOT, name))}
    for part in _SOURCES:
        files.update((f"{part}/{name}", read(path)) for name, path in _files_below(os.path.join(ROOT, part)))
    for part in _OWN:
        path = os.path.join(HERE, part)
        if os.path.isfile(path):
            files[part] = read(path)
        else:
            files.update((f"{part}/{name}", read(below)) for name, below in _files_below(path) if not name.endswith(".so"))
    return {**files, "PKG-INFO": metadata(["LICENSE"])}


def tag_of(library=None):
    """The tag of a wheel around a compiled module, from what the module needs; without one, of what this machine compiles."""
    here = re.sub(r"[-.]", "_", sysconfig.get_platform())
    if library is None:
        is_glibc = here.startswith("linux_") and "musl" not in (sysconfig.get_config_var("HOST_GNU_TYPE") or "")
        return _ABI + (here.replace("linux", "manylinux_2_28", 1) if is_glibc else here)
    try:
        module = Library(library)
    except ValueError:
        return _ABI + here
    newest = module.newest_glibc()
    if newest is None:
        return _ABI + here
    major, minor = max(newest[:2], _OLDEST_GLIBC)
    return f"{_ABI}manylinux_{major}_{minor}_{module.machine}"


def metadata_files(tag):
    """Name in the wheel to content, of the .dist-info directory but RECORD."""
    info = f"{STEM}.dist-info"
    wheel = f"Wheel-Version: 1.0\nGenerator: {NAME}\nRoot-Is-Purelib: false\nTag: {tag}\n"
    licenses = {"LICENSE": read(os.path.join(ROOT, "LICENSE")), **_runtime_licenses()}
    files = {"METADATA": metadata(licenses), "WHEEL": wheel.encode(), "entry_points.txt": _entry_points(), **{f"licenses/{name}": data for name, data in licenses.items()}}
    return {f"{info}/{name}": data for name, data in files.items()}


def _entry_points():
    project = _read_project()
    groups = {"console_scripts": project["scripts"], **project.get("entry-points", {})}
    return "\n".join(f"[{group}]\n" + "".join(f"{name} = {where}\n" for name, where in names.items()) for group, names in groups.items()).encode()


def _read_project():
    with open(os.path.join(HERE, "pyproject.toml"), "rb") as file:
        return tomllib.load(file)["project"]


def _runtime_licenses():
    """The compiled module carries parts of .NET, which wants its notices to go with them."""
    dotnet = shutil.which("dotnet")
    beside = os.path.dirname(os.path.realpath(dotnet)) if dotnet else ""
    names = [name for name in ("LICENSE.txt", "ThirdPartyNotices.txt") if dotnet and os.path.exists(os.path.join(beside, name))]
    return {f"dotnet/{name}": read(os.path.join(beside, name)) for name in names}


def metadata(licenses):
    project = _read_project()
    lines = [
        "Metadata-Version: 2.4", f"Name: {NAME}", f"Version: {VERSION}", f"Summary: {project['description']}",
        *(f"Author: {author['name']}" for author in project["authors"]),
        f"Keywords: {','.join(project['keywords'])}",
        *(f"Classifier: {classifier}" for classifier in project["classifiers"]),
        f"License-Expression: {project['license']}", *(f"License-File: {name}" for name in licenses),
        f"Requires-Python: {project['requires-python']}", "Description-Content-Type: text/markdown",
    ]
    return "\n".join(lines).encode() + b"\n\n" + read(os.path.join(HERE, project["readme"]))


def _files_below(top):
    """(Name with slashes, path) of every file, in order, without what compilers and interpreters leave behind."""
    for directory, below, files in os.walk(top):
        below[:] = sorted(name for name in below if name not in ("bin", "obj", "__pycache__"))
        for file in sorted(files):
            path = os.path.join(directory, file)
            yield os.path.relpath(path, top).replace(os.sep, "/"), path
