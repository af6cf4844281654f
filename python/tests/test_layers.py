"""The layers of the Python modules, read from their imports: packages, and the modules of socketpool_run/hardware."""

import ast
import functools
import os
import unittest

from . import support

MODULES = os.path.join(support.REPOSITORY, "python", "modules")

# From the bottom up. A package imports those below it when it is imported; calls may import what they need later.
PACKAGES = ("socketpool", "wifi", "hostnetwork", "stacknetwork", "pytest_stacknetwork", "socketpool_run")

# From the bottom up: a module imports those of its own row and of the rows above it in this table, also inside of functions.
HARDWARE = (
    ("enums", "lists", "records", "shapes", "font", "sleeping", "interrupting", "memory", "desk"),
    ("pins",),
    ("boards", "here"),
    ("devices", "models", "sensors", "onewire"),
    ("chips", "lights", "cards"),
    ("colors", "png", "gif", "jpeg", "pictures", "canvas", "screens", "framebuffer", "displaybus", "displays"),
    ("audio", "effects", "dns", "mdns_socket", "mdns"),
)


def modules():
    """(Name, path) of each module, without those of a board and without commands."""
    for folder, folders, files in os.walk(MODULES):
        folders[:] = sorted(name for name in folders if name not in ("standins", "__pycache__"))
        for file in sorted(files):
            if file.endswith(".py") and file != "__main__.py":
                path = os.path.join(folder, file)
                name = os.path.relpath(path, MODULES)[:-3].replace(os.sep, ".")
                yield name.removesuffix(".__init__"), path


@functools.cache
def parse(path):
    with open(path, encoding="utf-8") as file:
        return ast.parse(file.read())


def imports(name, path, deferred):
    """The names that a module imports: at its own import, or, deferred, also in its functions."""
    package = name if path.endswith("__init__.py") else name.rpartition(".")[0]

    def visit(node):
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.Import):
                yield from (alias.name for alias in child.names)
            elif isinstance(child, ast.ImportFrom):
                parts = package.split(".")[: len(package.split(".")) - child.level + 1] if child.level else []
                base = ".".join(parts + ([child.module] if child.module else []))
                if child.module:
                    yield base
                yield from (f"{base}.{alias.name}" for alias in child.names)
            elif deferred or not isinstance(child, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)):
                yield from visit(child)

    return set(visit(parse(path)))


@unittest.skipUnless(os.path.isdir(MODULES), "no sources beside these tests")
class LayerTests(support.TestCase):
    def test_a_package_imports_only_packages_below_it(self):
        seen = 0
        for name, path in modules():
            rank = PACKAGES.index(name.partition(".")[0])
            for used in {imported.partition(".")[0] for imported in imports(name, path, deferred=False)}:
                if used in PACKAGES:
                    seen += 1
                    self.assertLessEqual(PACKAGES.index(used), rank, f"{name} imports {used}")
        self.assertGreater(seen, 50)  # else nothing was looked at

    def test_no_modules_import_each_other(self):
        known = dict(modules())
        graph = {name: {used for used in imports(name, path, deferred=False) if used in known and used != name} for name, path in known.items()}
        finished = set()

        def walk(name, way):
            self.assertNotIn(name, way, " -> ".join([*way, name]))
            if name not in finished:
                for used in sorted(graph[name]):
                    walk(used, [*way, name])
                finished.add(name)

        for name in graph:
            walk(name, [])
        self.assertGreater(len(finished), 60)

    def test_each_module_of_hardware_has_a_row_and_each_row_has_its_modules(self):
        files = os.listdir(os.path.join(MODULES, "socketpool_run", "hardware"))
        self.assertEqual(
            sorted(name for row in HARDWARE for name in row),
            sorted(file[:-3] for file in files if file.endswith(".py") and file != "__init__.py"),
        )

    def test_a_module_of_hardware_uses_only_its_own_row_and_rows_below(self):
        rows = {name: number for number, row in enumerate(HARDWARE) for name in row}
        prefix = "socketpool_run.hardware."
        for name, path in modules():
            if name.startswith(prefix):
                for used in imports(name, path, deferred=True):
                    other = used.removeprefix(prefix).partition(".")[0] if used.startswith(prefix) else None
                    if other in rows:
                        self.assertLessEqual(rows[other], rows[name[len(prefix):]], f"{name} imports {used}")

    def test_an_import_is_found_in_each_of_its_forms(self):
        path = os.path.join(MODULES, "socketpool_run", "hardware", "canvas.py")
        self.assertIn("socketpool_run.hardware.png", imports("socketpool_run.hardware.canvas", path, deferred=False))
        path = os.path.join(MODULES, "wifi", "_environment.py")
        self.assertIn("stacknetwork._radio", imports("wifi._environment", path, deferred=True))
        self.assertNotIn("stacknetwork._radio", imports("wifi._environment", path, deferred=False))


if __name__ == "__main__":
    unittest.main()
