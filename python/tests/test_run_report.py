"""The report of a run, and what a run costs to start."""

import json
import os
import signal
import subprocess
import sys
import textwrap
import unittest

from . import runs

TALK = """
    import socketpool, wifi, time
    pool = socketpool.SocketPool(wifi.radio)
    listener = pool.socket()
    listener.bind(("127.0.0.1", 0))
    listener.listen(1)
    client = pool.socket()
    client.connect(listener.getsockname())
    server, _ = listener.accept()
    client.send(b"x" * 100)
    client.sendall(memoryview(b"y" * 50))
    buffer = bytearray(200)
    count = 0
    while count < 150:
        count += server.recv_into(buffer)
    datagrams = pool.socket(type=pool.SOCK_DGRAM)
    datagrams.bind(("127.0.0.1", 0))
    datagrams.sendto(b"z" * 7, datagrams.getsockname())
    datagrams.recvfrom_into(buffer)
    datagrams.close()
    print("ready")
"""


class ReportTests(runs.RunCase):
    def test_sockets_and_bytes_are_counted(self):
        done = self.run_drive(code=TALK)
        self.assertEqual({"made": 4, "bytes_sent": 157, "bytes_received": 157}, done.report["sockets"])
        self.assertRegex("\n".join(done.report["lives"][0]["sockets"]), r"(?s)3 of 128 sockets open.*Listening.*Connected.*Connected")
        self.assertIn("4 sockets, 157 bytes sent, 157 received", done.errors)
        self.assertIn("sockets that were open at the end:", done.errors)

    def test_it_is_shown_on_demand_while_the_program_runs(self):
        self.write("code.py", textwrap.dedent(TALK) + "time.sleep(600)")
        process = self.start_program(self.command("--timeout", "45"), stderr=subprocess.STDOUT)
        for line in process.stdout:
            if line == "ready\n":
                break
        process.send_signal(signal.SIGUSR1)
        said = ""
        while "Connected" not in said:
            line = process.stdout.readline()
            self.assertTrue(line, said)
            said += line
        self.assertIn("sockets open:", said)
        self.assertIsNone(process.poll())

    def test_what_the_program_asked_of_the_hardware_is_counted(self):
        done = self.run_drive(code="""
            from socketpool_run.context import context
            for i in range(3):
                context.report.note("lamp", "on")
            context.report.note("lamp", "off")
        """)
        self.assertEqual({"lamp": {"on": 3, "off": 1}}, done.report["hardware"])
        self.assertIn("lamp: on, 3 times\n", done.errors)

    def test_json_goes_to_standard_output_and_quiet_leaves_the_text_out(self):
        self.write("code.py", "print('x')")
        command = self.command("--quiet")
        command[command.index("--json") + 1] = "-"
        done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=200, env=runs.support.environment())
        self.assertEqual("", done.stderr)
        self.assertEqual("done", json.loads(done.stdout[done.stdout.index("{") :])["lives"][0]["ended"])

    def test_a_file_of_values_answers_by_kind_and_name(self):
        with open(os.path.join(self.scratch, "values.py"), "w", encoding="utf-8") as file:
            file.write("pin_D5 = 0\nn = 0\ndef pin_A0():\n    global n\n    n += 1\n    return n\npin_A1 = [7, 8]\n")
        done = self.run_drive("--values", os.path.join(self.scratch, "values.py"), "--pin", "D5=1", "--pin", "D6=high", "--pin", "D7=0x10", "--pin", "D8=text", code="""
            from socketpool_run.context import context
            get = context.values.get
            print([get("pin", name) for name in ("D5", "D6", "D7", "D8", "D9", "A0", "A0", "A1", "A1", "A1")], get("pin", "D9", 3))
        """)
        self.assertEqual(["[1, True, 16, 'text', None, 1, 2, 7, 8, 8] 3"], done.lines)


class CostTests(runs.RunCase):
    def test_an_empty_program_makes_a_run_import_nothing_that_is_slow(self):
        slow = {"ssl", "asyncio", "json", "tomllib", "http", "email", "ctypes", "ast", "inspect", "unittest", "zoneinfo", "selectors", "traceback"}
        # -I -S: what an installation imports by itself is none of ours.
        command = ["-c", f"import sys; sys.path.insert(0, {runs.support.MODULE_DIR!r}); from socketpool_run.cli import main; status = main(['run', '--quiet', {self.drive!r}]);"
                         f"print(sorted({slow!r} & set(sys.modules)), status)"]
        self.write("code.py", "pass")
        if runs.support.MODULE_DIR is None:
            self.skipTest("the modules are installed")
        said = runs.support.run_program([sys.executable, "-I", "-S", *command])
        self.assertEqual("[] 0", said.splitlines()[-1])


if __name__ == "__main__":
    unittest.main()
