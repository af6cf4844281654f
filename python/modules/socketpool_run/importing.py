"""Where a program's imports come from.

The order, for a module of the program or of a library for boards:

1. what boards have built in and CPython has too: seen as boards show it (`facades`), whatever lies on the drive;
2. what boards have built in and CPython has not: an installed module of that name (Blinka) unless `--no-blinka`, else the stand-in;
3. the drive: its folder, then /lib, then what the program put on `sys.path`. This goes before CPython's own modules, so `secrets.py` is the
   program's; CPython's own modules go on seeing CPython's;
4. CPython's library, and installed packages; those that were written for boards see the drive as the program does;
5. stand-ins for libraries that few drives have (`circuitpython_typing`).
"""

import builtins
import importlib.machinery
import importlib.util
import os
import sys
from errno import EACCES

from socketpool import _board

from .board_modules import CORE, OWN, STANDARD
from .boards import fit_builtins
from .console import read_line
from .dialect import BUILTINS
from .loading import BoardLoader, mentions_boards

STANDINS = os.path.join(os.path.dirname(os.path.abspath(__file__)), "standins")

_import = builtins.__import__


class Importer:
    """The finder on `sys.meta_path`, and the `__import__` of the program's modules. Begun and ended once a run; `forget()` between lives."""

    def __init__(self, context, uses_blinka=True):
        self.context = context
        self._uses_blinka = uses_blinka
        self._shadows = {}  # the drive's modules that have the name of one of CPython's
        self._facades = {}
        self._failed = set()  # installed modules of boards that cannot be imported
        self._for_boards = {}  # whether a package that is installed was written for boards
        self.search_path = []
        self.builtins = {**vars(builtins), **BUILTINS, "input": read_line, "__import__": self.import_module, "open": context.drive.open}
        if _board.current() is not None:
            fit_builtins(self.builtins)
        BoardLoader.importer = self

    def begin(self):
        """Put the finder and the stand-ins in place."""
        sys.dont_write_bytecode = True
        sys.meta_path.insert(0, self)
        sys.path.append(STANDINS) if self._uses_blinka else sys.path.insert(0, STANDINS)

    def end(self):
        """Take them away."""
        self.forget()
        sys.meta_path.remove(self)
        sys.path.remove(STANDINS)

    def forget(self):
        """Forget every module of the program, its libraries and the stand-ins: the next life imports them anew."""
        self._shadows.clear()
        self._facades.clear()
        self.search_path[:] = ["", "/", ".frozen", "/lib"]
        for name, module in list(sys.modules.items()):
            path = getattr(module, "__file__", None) or ""
            loader = getattr(getattr(module, "__spec__", None), "loader", None)
            if isinstance(loader, BoardLoader) or path.startswith(STANDINS + os.sep):
                del sys.modules[name]
        importlib.invalidate_caches()

    # The program's `import`

    def import_module(self, name, globals=None, locals=None, fromlist=(), level=0):
        """`__import__` of modules that see the drive."""
        if level == 0:
            top, _, rest = name.partition(".")
            if top in self.context.board.lacks:
                raise ModuleNotFoundError(f"no module named '{name}'", name=name)
            module = self._find_special(top)
            if module is not None:
                if rest:
                    self._refuse_inside(name, module, rest)
                return module
            if top in CORE and top not in sys.modules:
                self._try_installed(top)
        return _import(name, globals, locals, fromlist, level)

    def _find_special(self, name):
        """The facade of a module, or the drive's module that has the name of one of CPython's; None for all others."""
        found = self._facades.get(name) or self._shadows.get(name)
        if found is not None or name not in sys.stdlib_module_names:
            return found
        if name in STANDARD:
            return self._find_facade(name)
        spec = self._find_on_drive(name, self._drive_folders())
        if spec is None:
            if name == "secrets":
                raise ModuleNotFoundError("no module named 'secrets'", name="secrets")
            return None
        module = self._shadows[name] = importlib.util.module_from_spec(spec)
        try:
            spec.loader.exec_module(module)
        except BaseException:
            del self._shadows[name]
            raise
        return module

    def _try_installed(self, name):
        """Blinka's modules fail on most PCs; then the stand-in is used."""
        if not self._uses_blinka or name in self._failed or not self._has_standin(name):
            return
        spec = importlib.machinery.PathFinder.find_spec(name)
        if spec is None or (spec.origin or "").startswith(STANDINS + os.sep):
            return
        try:
            _import(name)
        except Exception as error:
            sys.modules.pop(name, None)
            self._failed.add(name)
            self.context.report.warn(f"the installed {name} fails ({type(error).__name__}: {error}); the stand-in is used")

    def _find_facade(self, name):
        from . import facades

        facade = facades.make(name, self.context, self)
        if facade is not None:
            self._facades[name] = facade
        return facade

    @staticmethod
    def _refuse_inside(name, module, rest):
        for part in rest.split("."):
            module = getattr(module, part, None)
            if module is None:
                raise ModuleNotFoundError(f"no module named '{name}'", name=name)

    def show(self, path):
        """A path as the program sees it."""
        return self.context.drive.show(path)

    # The finder

    def find_spec(self, name, path=None, target=None):
        """As importlib asks its finders; None leaves the module to the others."""
        if path is not None:
            return self._find_submodule(name, list(path))
        if name in OWN or name in sys.stdlib_module_names or name in sys.builtin_module_names:
            return None
        if name in CORE and self._has_standin(name):
            self._say_that_drive_is_passed_over(name)
            # sys.path has both, in the order that was asked for.
            return importlib.machinery.PathFinder.find_spec(name, [STANDINS]) if name in self._failed else None
        spec = self._find_on_drive(name, self._drive_folders())
        if spec is None:
            spec = self._find_installed(name)
        return spec

    def _find_submodule(self, name, folders):
        parent = sys.modules.get(name.rpartition(".")[0])
        if not isinstance(getattr(getattr(parent, "__spec__", None), "loader", None), BoardLoader) and not self._is_on_drive(folders):
            return None
        return self._find_in(name, name.rpartition(".")[2], folders)

    def _is_on_drive(self, folders):
        return any(os.path.realpath(folder).startswith(self.context.drive.path + os.sep) for folder in folders)

    def _drive_folders(self):
        folders = []
        for entry in self.search_path:
            try:
                folder = self.context.drive.resolve(entry or ".")
            except (OSError, TypeError, ValueError) as error:
                if getattr(error, "errno", None) == EACCES:
                    self.context.report.warn(f"{entry} leads out of the drive, and nothing is imported from there")
                continue
            if folder not in folders:
                folders.append(folder)
        return folders

    def _find_on_drive(self, name, folders):
        return self._find_in(name, name, folders)

    def _find_in(self, name, last, folders):
        compiled = None
        for folder in folders:
            package = os.path.join(folder, last)
            source = os.path.join(package, "__init__.py")
            if os.path.isfile(source):
                return importlib.util.spec_from_file_location(name, source, loader=BoardLoader(name, source), submodule_search_locations=[package])
            if os.path.isfile(package + ".py"):
                return importlib.util.spec_from_file_location(name, package + ".py", loader=BoardLoader(name, package + ".py"))
            for candidate in (package + ".mpy", os.path.join(package, "__init__.mpy")):
                if os.path.isfile(candidate):
                    compiled = compiled or candidate
            if os.path.isdir(package) and compiled is None and _holds_modules(package):
                spec = importlib.machinery.ModuleSpec(name, None, is_package=True)
                spec.submodule_search_locations = [package]
                return spec
        if compiled is not None:
            self._refuse_compiled(name, compiled)
        return None

    def _refuse_compiled(self, name, path):
        if "." not in name and self._find_installed(name) is not None:
            self.context.report.warn(f"{self.context.drive.show(path)} is for boards only; the installed {name} is used instead")
            return
        shown = self.context.drive.show(path)
        raise ImportError(
            f"{shown} is compiled for boards and cannot run here: put {shown[:-4]}.py in its place "
            f"(from the bundle's \"py\" download, or: circup install --py {name.partition('.')[0]})", name=name, path=path)

    def _find_installed(self, name):
        """An installed package. One that was written for boards sees the drive."""
        spec = importlib.machinery.PathFinder.find_spec(name)
        if spec is not None and isinstance(spec.loader, importlib.machinery.SourceFileLoader) and not spec.origin.startswith(STANDINS + os.sep):
            if name not in self._for_boards:
                self._for_boards[name] = name.startswith(("adafruit_", "circuitpython_")) or mentions_boards(spec.origin)
            if self._for_boards[name]:
                spec.loader = BoardLoader(name, spec.origin)
                self.context.drive.allow_reading(os.path.dirname(spec.origin))
        return spec

    def _has_standin(self, name):
        path = os.path.join(STANDINS, name)
        return os.path.exists(path + ".py") or os.path.isdir(path)

    def _say_that_drive_is_passed_over(self, name):
        if name.startswith("adafruit_"):
            return  # a library that boards have built in: the drive's copy does the same
        for folder in self._drive_folders():
            for found in (os.path.join(folder, name + ".py"), os.path.join(folder, name)):
                if os.path.exists(found):
                    self.context.report.warn(f"{self.context.drive.show(found)} is not used: boards have {name} built in")


def _holds_modules(folder):
    return any(name.endswith(".py") for name in os.listdir(folder))
