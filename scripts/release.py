"""Builds everything that a release consists of, the same bytes from every directory on the same SDK and compiler.

    python3 scripts/release.py DIRECTORY [--only wheels,sdist,packages,command]

Wheels for x86-64 and ARM64 (glibc 2.28 and newer), the sdist, the NuGet packages, the command as one native binary for each machine, and
SHA256SUMS. Needs the .NET SDK of global.json, gcc, and for the other machine's files aarch64-linux-gnu-gcc (Debian: apt install
gcc-aarch64-linux-gnu). The dates in all archives are SOURCE_DATE_EPOCH, or 1 January 1980.
"""

import argparse
import gzip
import hashlib
import io
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
import zipfile

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
sys.path.insert(0, os.path.join(ROOT, "python", "build"))

import archives  # noqa: E402
import backend  # noqa: E402
import compiler  # noqa: E402
import project  # noqa: E402

# The machine as .NET names it: gcc, objcopy.
MACHINES = {"linux-x64": ("gcc", "objcopy"), "linux-arm64": ("aarch64-linux-gnu-gcc", "aarch64-linux-gnu-objcopy")}
NATIVE = compiler.runtime_identifier()
MACHINES[NATIVE] = ("gcc", "objcopy")


def wheels(into, scratch):
    """A wheel for each machine."""
    for identifier, (linker, objcopy) in MACHINES.items():
        require(linker, objcopy)
        library = compiler.publish(os.path.join(scratch, identifier), identifier, linker, None if identifier == NATIVE else objcopy)
        wheel = backend.build_wheel(into, {"library": library})
        if "manylinux_2_28" not in wheel:
            sys.exit(f"error: {wheel} needs a newer glibc than 2.28: src/SocketPools.Python/OldGlibc.S has to lead to older versions")


def sdist(into, scratch):
    """The sources of the wheel."""
    backend.build_sdist(into)


def packages(into, scratch):
    """The NuGet packages; what differs from build to build is the dates in the archives."""
    folder = os.path.join(scratch, "packages")
    dotnet("pack", os.path.join(ROOT, "SocketPools.slnx"), "-c", "Release", "-o", folder, *commit(), scratch=scratch)
    for name in sorted(os.listdir(folder)):
        with zipfile.ZipFile(os.path.join(folder, name)) as old, zipfile.ZipFile(os.path.join(into, name), "w", zipfile.ZIP_DEFLATED) as new:
            for item in sorted(old.namelist()):
                new.writestr(archives.zip_entry(item), old.read(item))


def commit():
    """The commit that SourceLink leads to; sources without a repository have none."""
    git = subprocess.run(["git", "rev-parse", "HEAD"], cwd=ROOT, capture_output=True, text=True, check=False)
    return [f"-p:SourceRevisionId={git.stdout.strip()}"] if git.returncode == 0 else []


def command(into, scratch):
    """The command `socketpool` as one native binary for each machine."""
    for identifier, (linker, objcopy) in MACHINES.items():
        require(linker, objcopy)
        folder = os.path.join(scratch, "command", identifier)
        other = [] if identifier == NATIVE else [f"-p:ObjCopyName={objcopy}"]
        dotnet("publish", os.path.join(ROOT, "src", "SocketPools.Tool"), "-c", "Release", "-r", identifier, "-o", folder, "-p:PublishAot=true",
               f"-p:CppCompilerAndLinker={linker}", *other, scratch=scratch)
        tar = io.BytesIO()
        with tarfile.open(fileobj=tar, mode="w", format=tarfile.PAX_FORMAT) as archive:
            for name, path, mode in (("socketpool", os.path.join(folder, "socketpool"), 0o755), ("LICENSE", os.path.join(ROOT, "LICENSE"), 0o644)):
                entry = tarfile.TarInfo(name)
                data = project.read(path)
                entry.size, entry.mtime, entry.mode = len(data), archives.TIME, mode
                archive.addfile(entry, io.BytesIO(data))
        with open(os.path.join(into, f"socketpool-{project.VERSION}-{identifier}.tar.gz"), "wb") as file:
            with gzip.GzipFile("", "wb", fileobj=file, mtime=archives.TIME) as packed:
                packed.write(tar.getvalue())


def require(*programs):
    for program in programs:
        if shutil.which(program) is None:
            sys.exit(f"error: {program} is not on the PATH")


def dotnet(*arguments, scratch):
    shared = ["--artifacts-path", os.path.join(scratch, "artifacts"), "-nologo", "-v", "q", "-nodeReuse:false", "-p:UseSharedCompilation=false",
              "-p:EnableSourceControlManagerQueries=false", "-p:ContinuousIntegrationBuild=true",
              f"-p:PathMap={ROOT}=/_%2C{os.path.realpath(scratch)}=/_"]
    print(f"dotnet {arguments[0]} {os.path.relpath(arguments[1], ROOT)}", file=sys.stderr, flush=True)
    if subprocess.run(["dotnet", *arguments, *shared], cwd=ROOT, stdin=subprocess.DEVNULL).returncode != 0:
        sys.exit(f"error: dotnet {arguments[0]} failed")


PARTS = {"wheels": wheels, "sdist": sdist, "packages": packages, "command": command}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("directory")
    parser.add_argument("--only", default=",".join(PARTS), metavar="PARTS", help=f"of {', '.join(PARTS)}")
    options = parser.parse_args()
    chosen = options.only.split(",")
    if not set(chosen) <= set(PARTS):
        parser.error(f"--only: {options.only} is not of {', '.join(PARTS)}")
    into = os.path.abspath(options.directory)
    os.makedirs(into, exist_ok=True)
    with tempfile.TemporaryDirectory() as scratch:
        for part in chosen:
            PARTS[part](into, scratch)
    names = sorted(name for name in os.listdir(into) if name != "SHA256SUMS")
    with open(os.path.join(into, "SHA256SUMS"), "w", encoding="ascii") as file:
        file.writelines(f"{hashlib.sha256(project.read(os.path.join(into, name))).hexdigest()}  {name}\n" for name in names)
    print("\n".join(names))


if __name__ == "__main__":
    main()
