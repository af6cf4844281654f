"""What `pip install ./python` does, with interpreters and environments of its own. Nothing is downloaded by Python's tools."""

import base64
import csv
import email
import glob
import hashlib
import io
import json
import os
import re
import shutil
import stat
import subprocess
import sys
import tarfile
import tempfile
import unittest
import zipfile

from . import support

PYTHON = os.path.join(support.REPOSITORY, "python")
HOOK = "import sys, json; sys.path.insert(0, 'build'); import backend; print(json.dumps(getattr(backend, sys.argv[1])(*json.loads(sys.argv[2]))))"
DEBIAN = "/usr/bin/python3"
PROGRAM = "import socketpool, wifi, hostnetwork, stacknetwork; print(socketpool.__file__); print(socketpool.SocketPool(wifi.radio).socket())"


def call_hook(name, *arguments, directory=PYTHON, path=None, status=0):
    """What a hook of the backend returns, called as a frontend does: in its own process, in the source tree."""
    out = support.run_program([sys.executable, "-c", HOOK, name, json.dumps(arguments)], cwd=directory, timeout=500, status=status,
                              env=support.environment(**({"PATH": path} if path else {})))
    return json.loads(out.splitlines()[-1]) if status == 0 else out


class PackagingTests(support.TestCase):
    time_limit = 600

    def make_directory(self):
        directory = tempfile.mkdtemp()
        self.addCleanup(shutil.rmtree, directory)
        return directory

    def find_library(self):
        """The compiled module that the other tests use, so that most tests here need no compiler."""
        places = [support.MODULE_DIR] if support.MODULE_DIR else sys.path
        for place in places:
            for found in glob.glob(os.path.join(place, "socketpool", "__init__.abi3.so")) + glob.glob(os.path.join(place, "socketpool.so")):
                return found
        self.skipTest("no compiled module: set SOCKETPOOL_MODULE_PATH")

    def build_wheel(self, directory=PYTHON):
        into = self.make_directory()
        return os.path.join(into, call_hook("build_wheel", into, {"library": self.find_library()}, directory=directory))

    def unpack_sdist(self):
        into = self.make_directory()
        with tarfile.open(os.path.join(into, call_hook("build_sdist", into))) as archive:
            archive.extractall(into, filter="data") if hasattr(tarfile, "data_filter") else archive.extractall(into)
        (unpacked,) = glob.glob(os.path.join(into, "*", ""))
        return unpacked

    def make_environment(self, base=sys.executable):
        """The interpreter of a fresh environment."""
        directory = self.make_directory()
        support.run_program([base, "-m", "venv", "--without-pip", directory])
        return os.path.join(directory, "bin", "python")

    def pip_install(self, interpreter, *arguments, **options):
        plain = support.environment(PYTHONPATH=None, PIP_CONFIG_FILE=os.devnull, PIP_DISABLE_PIP_VERSION_CHECK="1", **options.pop("changes", {}))
        if subprocess.run([sys.executable, "-m", "pip", "--version"], capture_output=True, timeout=60).returncode != 0:
            self.skipTest("this interpreter has no pip")
        return support.run_program([sys.executable, "-m", "pip", "--python", interpreter, "install", "--no-index", *arguments],
                                   timeout=500, env=plain, **options)

    def run_installed(self, interpreter, code):
        return support.run_program([interpreter, "-W", "ignore", "-c", code], env=support.environment(PYTHONPATH=None), cwd=os.path.dirname(interpreter))

    # The wheel

    def test_the_wheel_has_modules_stubs_and_licenses(self):
        with zipfile.ZipFile(self.build_wheel()) as wheel:
            names = wheel.namelist()
        info = next(name for name in names if name.endswith("/METADATA")).rpartition("/")[0]
        own = [name for name in names if not name.startswith(f"{info}/licenses/dotnet/")]
        self.assertEqual(sorted([
            "socketpool/__init__.abi3.so", "socketpool/__init__.pyi", "socketpool/py.typed",
            "hostnetwork/__init__.py", "hostnetwork/__init__.pyi", "hostnetwork/py.typed",
            "stacknetwork/__init__.py", "stacknetwork/__init__.pyi", "stacknetwork/_radio.py", "stacknetwork/py.typed",
            "stacknetwork/_errors.py", "stacknetwork/_junit.py", "stacknetwork/_nodes.py", "stacknetwork/_programs.py", "stacknetwork/_rules.py", "stacknetwork/_scenario.py",
            "stacknetwork/_seeds.py", "stacknetwork/_simulation.py", "stacknetwork/_station.py", "stacknetwork/_sweep.py", "stacknetwork/_timeline.py", "stacknetwork/_topology.py",
            "stacknetwork/_virtual.py", "stacknetwork/_virtual_select.py", "stacknetwork/_virtual_threads.py", "stacknetwork/_virtual_wifi.py",
            "stacknetwork/simulate.py", "pytest_stacknetwork/__init__.py",
            "socketpool/__main__.py", "socketpool/_absent.py", "socketpool/_board.py", "socketpool/_board_errors.py", "socketpool/_carrier.py", "socketpool/_reception.py", "socketpool/_ssl_hook.py", "socketpool/_tls.py",
            "wifi/__init__.py", "wifi/__init__.pyi", "wifi/_address.py", "wifi/_air.py", "wifi/_checks.py", "wifi/_environment.py", "wifi/_radio.py", "wifi/py.typed",
            *(f"{info}/{name}" for name in ("METADATA", "WHEEL", "RECORD", "entry_points.txt", "licenses/LICENSE")),
        ]), sorted(name for name in own if not name.startswith("socketpool_run/")))
        self.assertLessEqual({"socketpool_run/cli.py", "socketpool_run/facades/_os.py", "socketpool_run/standins/README.md"}, set(own))
        self.assertEqual(f"{info}/RECORD", names[-1])

    def test_the_record_has_every_file_and_its_hash(self):
        with zipfile.ZipFile(self.build_wheel()) as wheel:
            self.assertIsNone(wheel.testzip())
            record = next(name for name in wheel.namelist() if name.endswith("/RECORD"))
            rows = {name: (digest, size) for name, digest, size in csv.reader(io.StringIO(wheel.read(record).decode()))}
            self.assertEqual(set(wheel.namelist()), set(rows))
            self.assertEqual(("", ""), rows.pop(record))
            for name, (digest, size) in rows.items():
                data = wheel.read(name)
                expected = base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b"=").decode()
                self.assertEqual((f"sha256={expected}", str(len(data))), (digest, size), name)

    def test_a_version_of_nuget_has_its_form_in_python_or_is_refused(self):
        sys.path.insert(0, os.path.join(support.REPOSITORY, "python", "build"))
        self.addCleanup(sys.path.pop, 0)
        import project
        for version, expected in (("1.2.3", "1.2.3"), ("1.0.0-rc.1", "1.0.0rc1"), ("1.0.0-alpha.12", "1.0.0a12"), ("2.1.0-beta.3", "2.1.0b3")):
            self.assertEqual(expected, project.python_version(version))
        for version in ("1.0", "1.0.0-rc1", "1.0.0-preview.1", "1.0.0-rc.1+5", "1.0.0-rc.", ""):
            with self.subTest(version=version), self.assertRaises(SystemExit):
                project.python_version(version)

    def test_the_metadata_say_what_it_is(self):
        path = self.build_wheel()
        with open(os.path.join(support.REPOSITORY, "Directory.Build.props"), encoding="utf-8") as file:
            version = re.search("<Version>(.*)</Version>", file.read()).group(1)
        version = version.replace("-alpha.", "a").replace("-beta.", "b").replace("-rc.", "rc")
        tag = "cp311-abi3-manylinux_2_28_" + os.uname().machine
        self.assertEqual(f"circuitpython_socketpool-{version}-{tag}.whl", os.path.basename(path))
        with zipfile.ZipFile(path) as wheel:
            info = f"circuitpython_socketpool-{version}.dist-info"
            metadata = email.message_from_bytes(wheel.read(f"{info}/METADATA"))
            kind = email.message_from_bytes(wheel.read(f"{info}/WHEEL"))
            for name in metadata.get_all("License-File"):
                wheel.getinfo(f"{info}/licenses/{name}")
        self.assertEqual(("circuitpython-socketpool", version, ">=3.11", "MIT"),
                         tuple(metadata[key] for key in ("Name", "Version", "Requires-Python", "License-Expression")))
        self.assertIsNone(metadata["Requires-Dist"])
        self.assertIn("pip install", metadata.get_payload())
        self.assertEqual((tag, "false"), (kind["Tag"], kind["Root-Is-Purelib"]))

    def test_the_metadata_are_the_same_without_building(self):
        into = self.make_directory()
        info = call_hook("prepare_metadata_for_build_wheel", into)
        with zipfile.ZipFile(self.build_wheel()) as wheel:
            built = {name: wheel.read(name) for name in wheel.namelist() if name.startswith(info) and not name.endswith("/RECORD")}
        for name, data in built.items():
            with open(os.path.join(into, name), "rb") as file:
                self.assertEqual(data, file.read(), name)
        self.assertEqual(len(built), sum(len(files) for _, _, files in os.walk(into)))

    def test_the_same_sources_make_the_same_bytes(self):
        for build in (self.build_wheel, lambda: self.build_wheel(self.unpack_sdist())):
            with open(build(), "rb") as file:
                digest = hashlib.sha256(file.read()).hexdigest()
            self.assertEqual(getattr(self, "digest", digest), digest)
            self.digest = digest

    def test_it_needs_nothing_to_be_built(self):
        for hook in ("wheel", "sdist", "editable"):
            self.assertEqual([], call_hook(f"get_requires_for_build_{hook}"))

    def test_the_wheel_works_on_each_interpreter_here(self):
        wheel = self.build_wheel()
        for base in {os.path.realpath(python): python for python in (sys.executable, DEBIAN) if os.path.exists(python)}.values():
            with self.subTest(python=base):
                interpreter = self.make_environment(base)
                self.pip_install(interpreter, wheel)
                said = self.run_installed(interpreter, PROGRAM).splitlines()
                self.assertTrue(said[0].startswith(os.path.dirname(os.path.dirname(interpreter))), said)
                self.assertRegex(said[1], "<socketpool.Socket #1")

    def test_the_console_script_runs_a_drive(self):
        interpreter = self.make_environment()
        self.pip_install(interpreter, self.build_wheel())
        drive = self.make_directory()
        with open(os.path.join(drive, "code.py"), "w", encoding="utf-8") as file:
            file.write("import wifi, board, digitalio\nprint('ran', wifi.radio.enabled)")
        script = os.path.join(os.path.dirname(interpreter), "socketpool")
        for command in ([script, "run", drive], [interpreter, "-m", "socketpool", "run", drive]):
            said = support.run_program(command, env=support.environment(PYTHONPATH=None), cwd=drive)
            self.assertIn("ran True\n", said)
        self.assertIn("there is no command 'serve'", support.run_program([script, "serve"], status=2, env=support.environment(PYTHONPATH=None)))

    # The sdist, and compiling

    def test_the_sdist_makes_the_same_sdist_again(self):
        first, second = self.make_directory(), self.make_directory()
        name = call_hook("build_sdist", first)
        self.assertEqual(name, call_hook("build_sdist", second, directory=self.unpack_sdist()))
        with open(os.path.join(first, name), "rb") as one, open(os.path.join(second, name), "rb") as other:
            self.assertEqual(one.read(), other.read())

    def test_the_sdist_has_what_it_needs_and_nothing_that_was_built(self):
        unpacked = self.unpack_sdist()
        for name in ("PKG-INFO", "pyproject.toml", "README.md", "LICENSE", "global.json", ".editorconfig", "Directory.Build.props",
                     "Directory.Packages.props", "build/backend.py", "src/SocketPools.Python/ModuleEntry.cs", "src/SocketPools/SocketPool.cs"):
            self.assertTrue(os.path.isfile(os.path.join(unpacked, name)), name)
        for directory, _, files in os.walk(unpacked):
            self.assertFalse({"bin", "obj", "__pycache__"} & set(directory.split(os.sep)[-1:]), directory)
            self.assertFalse([name for name in files if name.endswith((".so", ".dll", ".pyc"))], directory)

    @unittest.skipUnless(shutil.which("dotnet"), "compiling needs dotnet")
    def test_pip_compiles_what_the_repository_compiles_and_leaves_the_sources_as_they_were(self):
        unpacked = self.unpack_sdist()
        before = sorted(os.path.join(directory, name) for directory, _, files in os.walk(unpacked) for name in files)
        interpreter = self.make_environment()
        self.pip_install(interpreter, unpacked)
        self.assertRegex(self.run_installed(interpreter, PROGRAM), "<socketpool.Socket #1")
        after = sorted(os.path.join(directory, name) for directory, _, files in os.walk(unpacked) for name in files)
        self.assertEqual(before, [name for name in after if not name.endswith(".pyc")])

        into = self.make_directory()
        with zipfile.ZipFile(os.path.join(into, call_hook("build_wheel", into))) as wheel:
            of_the_repository = wheel.read("socketpool/__init__.abi3.so")
        with open(self.run_installed(interpreter, "import socketpool; print(socketpool.__file__)").strip(), "rb") as file:
            self.assertEqual(hashlib.sha256(of_the_repository).hexdigest(), hashlib.sha256(file.read()).hexdigest())

    def test_an_editable_install_runs_the_source_tree(self):
        unpacked = self.unpack_sdist()
        interpreter = self.make_environment()
        self.pip_install(interpreter, "--config-settings", f"library={self.find_library()}", "--editable", unpacked)
        said = self.run_installed(interpreter, PROGRAM + "; print(wifi.__file__)").splitlines()
        for path in (said[0], said[2]):
            self.assertTrue(path.startswith(unpacked), path)

    # What the machine lacks

    def path_without(self, *names, **scripts):
        """A PATH of one directory with everything that ours has but these programs, and with shell scripts for others."""
        directory = self.make_directory()
        for place in os.environ["PATH"].split(os.pathsep):
            for name in os.listdir(place) if os.path.isdir(place) else ():
                if not name.startswith(names) and name not in scripts and not os.path.lexists(os.path.join(directory, name)):
                    os.symlink(os.path.realpath(os.path.join(place, name)), os.path.join(directory, name))
        for name, script in scripts.items():
            with open(os.path.join(directory, name), "w", encoding="utf-8") as file:
                file.write(f"#!/bin/sh\n{script}\n")
                os.fchmod(file.fileno(), stat.S_IRWXU)
        return directory

    def assert_says(self, pattern, path):
        said = call_hook("build_wheel", self.make_directory(), path=path, status=1)
        self.assertRegex(said, f"(?m)^error: circuitpython-socketpool: {pattern}")
        self.assertEqual(1, said.count("error: circuitpython-socketpool"), said)
        self.assertNotIn("Traceback", said)

    def test_a_missing_compiler_is_said_in_one_line(self):
        self.assert_says("neither clang nor gcc is on the PATH", self.path_without("clang", "gcc"))

    def test_a_compiler_without_headers_is_said_in_one_line(self):
        fails = "echo 'try.c:1:10: fatal error: stdio.h: No such file or directory'; exit 1"
        self.assert_says(".*gcc cannot link a C program, .*libc6-dev", self.path_without("clang", gcc=fails))

    def test_a_missing_objcopy_is_said_in_one_line(self):
        self.assert_says("objcopy is not on the PATH", self.path_without("objcopy", "llvm-objcopy"))

    def test_a_missing_sdk_is_said_in_one_line(self):
        self.assert_says(r"dotnet is not on the PATH: the \.NET SDK 10\.\d", self.path_without("dotnet"))

    def test_an_sdk_that_is_too_old_is_said_in_one_line(self):
        old = 'case "$1" in --list-sdks) echo "8.0.404 [/usr/share/dotnet/sdk]";; *) echo "A compatible .NET SDK was not found."; exit 155;; esac'
        self.assert_says(r"the \.NET SDK 10\..* is needed .*; this machine has 8\.0\.404", self.path_without(dotnet=old))

    def test_packages_that_cannot_be_had_are_said_in_one_line(self):
        offline = 'case "$1" in --version) echo 10.0.100;; *) echo "x.csproj : error NU1301: Unable to load the service index"; exit 1;; esac'
        self.assert_says("compiling the module failed: NuGet cannot get the compiler's packages.*NU1301", self.path_without(dotnet=offline))

    def test_pip_shows_the_line(self):
        interpreter = self.make_environment()
        said = self.pip_install(interpreter, PYTHON, status=1, changes={"PATH": self.path_without("clang", "gcc")})
        self.assertIn("error: circuitpython-socketpool: neither clang nor gcc is on the PATH", said)
        self.assertNotIn("Traceback", said)

    def test_a_library_that_is_not_there_is_said(self):
        said = call_hook("build_wheel", self.make_directory(), {"library": "/nowhere.so"}, status=1)
        self.assertIn("error: circuitpython-socketpool: there is no file /nowhere.so", said)


if __name__ == "__main__":
    unittest.main()
