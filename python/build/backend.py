"""Builds wheel and sdist: what PEP 517 and PEP 660 ask for. Needs the standard library alone."""

import os
import shutil
import sys
import tempfile

import archives
import compiler
import project

__all__ = [
    "build_editable", "build_sdist", "build_wheel", "get_requires_for_build_editable", "get_requires_for_build_sdist",
    "get_requires_for_build_wheel", "prepare_metadata_for_build_editable", "prepare_metadata_for_build_wheel",
]


def get_requires_for_build_wheel(config_settings=None):
    return []


get_requires_for_build_editable = get_requires_for_build_sdist = get_requires_for_build_wheel


def prepare_metadata_for_build_wheel(metadata_directory, config_settings=None):
    name = f"{project.STEM}.dist-info"
    for path, data in project.metadata_files(project.tag_of()).items():
        target = os.path.join(metadata_directory, path)
        os.makedirs(os.path.dirname(target), exist_ok=True)
        with open(target, "wb") as file:
            file.write(data)
    return name


prepare_metadata_for_build_editable = prepare_metadata_for_build_wheel


def build_wheel(wheel_directory, config_settings=None, metadata_directory=None):
    """The setting `library` names a module that is compiled already."""
    with tempfile.TemporaryDirectory() as scratch:
        library = compiler.find_or_build(scratch, config_settings)
        files = {name: project.read(path) for name, path in project.module_files().items()}
        files[f"socketpool/{compiler.MODULE}"] = project.read(library)
        tag = project.tag_of(library)
        return archives.write_wheel(wheel_directory, tag, {**files, **project.metadata_files(tag)})


def build_editable(wheel_directory, config_settings=None, metadata_directory=None):
    """The module is compiled into the source tree, and a .pth file points there."""
    with tempfile.TemporaryDirectory() as scratch:
        library = compiler.find_or_build(scratch, config_settings)
        tag = project.tag_of(library)
        place(library, os.path.join(project.MODULES, "socketpool", compiler.MODULE))
    files = {"circuitpython_socketpool.pth": f"{project.MODULES}\n".encode()}
    return archives.write_wheel(wheel_directory, tag, {**files, **project.metadata_files(tag)})


def build_sdist(sdist_directory, config_settings=None):
    return archives.write_sdist(sdist_directory, project.source_files())


def lay_out(directory, library=None):
    """Puts modules and stubs into a directory, ready for PYTHONPATH, around a compiled module or one compiled now."""
    with tempfile.TemporaryDirectory() as scratch:
        library = library or compiler.find_or_build(scratch)
        for name, path in project.module_files().items():
            place(path, os.path.join(directory, name))
        place(library, os.path.join(directory, "socketpool", compiler.MODULE))


def place(source, target):
    """Copies to a new file: an interpreter that has the old one loaded keeps it."""
    os.makedirs(os.path.dirname(target), exist_ok=True)
    shutil.copyfile(source, target + ".new")
    os.replace(target + ".new", target)


if __name__ == "__main__":
    if not 2 <= len(sys.argv) <= 3 or sys.argv[1].startswith("-"):
        sys.exit("usage: python3 python/build/backend.py DIRECTORY [LIBRARY]: lay socketpool and its companions out")
    lay_out(*sys.argv[1:])
