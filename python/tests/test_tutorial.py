"""docs/tutorial.md: its files are written, its commands are run in their order by one shell, and each output is what the page shows."""

import glob
import os
import re
import shutil
import sys
import tempfile
import unittest

from . import support

PAGE = os.path.join(support.REPOSITORY, "docs", "tutorial.md")
PYTHON = os.path.join(support.REPOSITORY, "python")

# A file, or commands with what they write: "`name`:" before a block makes it a file.
_BLOCK = re.compile(r"(?:^`(?P<file>[^`\n]+)`:\n\n)?^```(?P<kind>\w+)\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)


def read_steps(page):
    """[(commands, the output that the page shows)], a file being the commands that write it."""
    steps = []
    for block in _BLOCK.finditer(page):
        if block["file"]:
            steps.append((f"mkdir -p \"$(dirname {block['file']})\"; cat > {block['file']} <<'END-OF-FILE'\n{block['text']}END-OF-FILE\n", ""))
        elif block["kind"] == "sh":
            steps.append((block["text"], None))
        elif block["kind"] == "text":
            steps[-1] = (steps[-1][0], block["text"])
        else:
            raise AssertionError(f"a block that is neither file nor command: {block['text']}")
    return steps


def pattern_of(line):
    return ".*".join(map(re.escape, line.split("...")))


@unittest.skipUnless(os.path.exists(PAGE), "the page is in the repository, not in the sdist")
class TutorialTests(support.TestCase):
    time_limit = 400

    def find_wheel(self, into):
        """A wheel of the module under test, or of one compiled now."""
        found = glob.glob(os.path.join(support.MODULE_DIR or "", "socketpool", "__init__*.so"))
        if found:
            program = f"import sys; sys.path.insert(0, 'build'); import backend; backend.build_wheel({into!r}, dict(library={found[0]!r}))"
        elif shutil.which("dotnet"):
            program = f"import sys; sys.path.insert(0, 'build'); import backend; backend.build_wheel({into!r})"
        else:
            self.skipTest("there is neither a compiled module nor the .NET SDK")
        support.run_program([sys.executable, "-c", program], cwd=PYTHON, timeout=300)

    def test_every_command_of_the_page_does_what_the_page_says(self):
        with open(PAGE, encoding="utf-8") as file:
            steps = read_steps(file.read())
        self.assertGreater(sum(shown is not None and shown != "" for _, shown in steps), 6)
        with tempfile.TemporaryDirectory() as folder, tempfile.TemporaryDirectory() as said:
            self.find_wheel(folder)
            script = "set -e\n" + "".join(f"{{\n{commands}\n}} >{said}/{i}.out 2>{said}/{i}.err || {{ cat {said}/{i}.err; exit 1; }}\n"
                                          for i, (commands, _) in enumerate(steps))
            environment = {"PATH": os.path.dirname(sys.executable) + ":/usr/bin:/bin", "HOME": folder, "LANG": "C.UTF-8", "PIP_NO_INDEX": "1",
                           "PIP_DISABLE_PIP_VERSION_CHECK": "1", "SOCKETPOOL_INTERFACE": "lo"}
            support.run_program(["bash", "-c", script], cwd=folder, env=environment, timeout=360)
            for i, (commands, shown) in enumerate(steps):
                if shown:
                    self.compare(commands, shown.splitlines(), *(self.read(f"{said}/{i}.{end}") for end in ("out", "err")))

    def read(self, path):
        with open(path, encoding="utf-8") as file:
            return file.read().splitlines()

    def compare(self, commands, shown, out, err):
        """The lines that begin with "socketpool:" are of standard error. Where the page has a line of dots, lines are left out; else all are shown."""
        whole = "\n".join(["", commands, "--- standard output", *out, "--- standard error", *err])
        for is_report, said in ((False, out), (True, err)):
            wanted = [line for line in shown if line != "..." and line.startswith("socketpool:") == is_report]
            at = 0
            for line in wanted:
                while at < len(said) and not re.fullmatch(pattern_of(line), said[at]):
                    at += 1
                self.assertLess(at, len(said), f"{line!r} is not there{whole}")
                at += 1
            if "..." not in shown and not is_report:
                self.assertEqual(len(wanted), len(said), whole)


if __name__ == "__main__":
    unittest.main()
