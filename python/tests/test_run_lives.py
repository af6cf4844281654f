"""The life of a program: what starts it, what ends it, and what follows."""

import os
import signal
import subprocess
import textwrap
import unittest

from . import runs

COUNTS = """
    try:
        with open("count.txt") as file:
            count = int(file.read())
    except OSError:
        count = 0
    with open("count.txt", "w") as file:
        file.write(str(count + 1))
    print("life", count)
"""

# What stand-ins call; a program of a maker's calls supervisor, microcontroller and alarm.
ENDINGS = "from socketpool_run.context import context\n"


class LivesTests(runs.RunCase):
    def counts(self, then):
        return ENDINGS + textwrap.dedent(COUNTS) + textwrap.dedent(then)

    def start(self, *arguments):
        """A run that is not waited for; its output is read line by line."""
        return self.start_program(self.command(*arguments), stderr=subprocess.STDOUT)

    def read_until(self, process, text):
        lines = []
        for line in process.stdout:
            lines.append(line)
            if text in line:
                return lines
        self.fail(f"{text!r} never came: {lines}")

    # How it ends

    def test_the_board_s_words_stand_around_the_program_s(self):
        self.assertEqual("code.py output:\nhello\n\nCode done running.\n", self.run_drive(code="print('hello')").output)

    def test_a_traceback_is_printed_as_boards_print_it(self):
        self.write("lib/helper.py", "def fail(x):\n    return 1 / x\n")
        done = self.run_drive(status=1, code="import helper\n\ndef main():\n    helper.fail(0)\n\nmain()\n")
        self.assertEqual([
            "code.py output:",
            "Traceback (most recent call last):",
            '  File "code.py", line 6, in <module>',
            '  File "code.py", line 4, in main',
            '  File "/lib/helper.py", line 2, in fail',
            "ZeroDivisionError: division by zero",
            "", "Code done running.",
        ], done.output.splitlines())

    def test_a_chain_of_errors_is_printed_from_the_first_on(self):
        done = self.run_drive(status=1, code="""\
            try:
                open("/none")
            except OSError as error:
                raise RuntimeError("again") from error
        """)
        self.assertRegex(done.output, r"(?s)OSError: \[Errno 2\].*\nThe above exception was the direct cause of the following exception:\n\n"
                                      r"Traceback \(most recent call last\):\n.*RuntimeError: again\n")

    def test_a_syntax_error_names_the_line(self):
        self.assertRegex(self.run_drive(status=1, code="x = 1\nif x\n").output, r'File "code.py", line 2\nSyntaxError: ')

    def test_the_exit_status_is_for_a_ci(self):
        for code, status in (("pass", 0), ("raise ValueError", 1), ("import sys; sys.exit()", 0), ("import sys; sys.exit(3)", 3), ("raise SystemExit('no')", 1)):
            with self.subTest(code=code):
                self.run_drive(code=code, status=status)

    def test_what_is_wrong_before_the_start_is_said_in_one_line(self):
        self.assertIn("there is no code.py", self.run_drive(status=2).errors)
        self.write("code.py", "print('ran')")
        for arguments, said in (
            (["--path"], "unrecognized"), (["--host", "nonsense"], "is not NAME=WHERE"), (["--host", "a=./none"], "there is no folder"),
            (["--host", "a=b"], "is not an address"), (["--host", "ftp://a=127.0.0.1"], "scheme"), (["--reloads", "-1"], "--reloads"),
            (["--values", "none.py"], "no file none.py"), (["--radio", "token-ring"], "token-ring"), (["--timeout", "0"], "number of seconds"),
            (["--ap", ""], "--ap ''"), (["--ap", "home:short"], "8 to 64"), (["--ap-down=-1"], "AFTER"), (["--pin", "D5=70000"], "65535"),
            (["--screen", "none/x.png"], "no folder none"), (["--nvm", "none/nvm"], "no folder none"),
            (["--max-sockets", "0"], "--max-sockets '0' (SOCKETPOOL_MAX_SOCKETS)"), (["--interface", "none0"], "--interface 'none0'"), (["--dns", "192.0.2.1"], "--dns '192.0.2.1'"),
        ):
            with self.subTest(arguments=arguments):
                done = self.run_drive(*arguments, status=2)
                self.assertIn(said, done.errors)
                self.assertNotIn("Traceback", done.errors)
                self.assertEqual("", done.output)
        self.assertIn("whole machine", self.run_drive(path="/", status=2).errors)
        self.assertIn("there is no", self.run_drive(path=os.path.join(self.drive, "none.py"), status=2).errors)

    def test_a_time_out_ends_any_program(self):
        for code in ("while True: pass", "import time\ntime.sleep(600)", "import threading\nthreading.Lock().acquire(); threading.Event().wait()",
                     "import time\nwhile True:\n    try:\n        time.sleep(9)\n    except Exception: pass"):
            with self.subTest(code=code):
                self.run_drive("--timeout", "0.3", code=code, status=124)

    def test_a_time_out_ends_a_call_that_waits_on_a_socket(self):
        self.run_drive("--timeout", "0.3", status=124, code="""
            import socketpool, wifi
            pool = socketpool.SocketPool(wifi.radio)
            sock = pool.socket()
            sock.bind(("127.0.0.1", 0))
            sock.listen(1)
            sock.accept()
        """)

    def test_a_program_that_catches_everything_is_ended_all_the_same(self):
        done = self.run_drive("--timeout", "0.3", status=124, code="while True:\n    try:\n        while True:\n            pass\n    except:\n        pass")
        self.assertIn("is ended", done.errors)

    def test_run_for_is_a_success(self):
        done = self.run_drive("--run-for", "0.3", code="while True: pass")
        self.assertEqual("time-up", done.report["lives"][0]["ended"])

    def test_control_c_reaches_the_program(self):
        self.write("code.py", "try:\n    print('ready')\n    while True: pass\nexcept KeyboardInterrupt:\n    print('caught')")
        process = self.start()
        self.read_until(process, "ready")
        process.send_signal(signal.SIGINT)
        self.assertIn("caught\n", process.stdout.read())
        self.assertEqual(0, process.wait())

    def test_control_c_ends_a_program_that_does_not_care(self):
        self.write("code.py", "import time\nprint('ready')\ntime.sleep(600)")
        process = self.start()
        self.read_until(process, "ready")
        process.send_signal(signal.SIGINT)
        said = process.stdout.read()
        self.assertIn("KeyboardInterrupt:", said)
        self.assertNotIn("runpy", said)
        self.assertEqual(130, process.wait())

    def test_terminate_ends_it_with_a_report(self):
        self.write("code.py", "import time\nprint('ready')\ntime.sleep(600)")
        process = self.start()
        self.read_until(process, "ready")
        process.send_signal(signal.SIGTERM)
        self.assertIn("1 life", process.stdout.read())
        self.assertEqual(143, process.wait())

    # What is run

    def test_the_first_of_the_names_that_boards_know_is_run(self):
        for name in ("main.py.txt", "main.txt", "main.py", "code.py", "code.txt"):
            self.write(name, f"print('{name}')")
            with self.subTest(name=name):
                done = self.run_drive()
                self.assertEqual(name, done.lines[-1])
                self.assertEqual(name == "main.py.txt", "two extensions" in done.output)

    def test_a_file_of_another_name_is_run_when_it_is_named(self):
        self.write("quotes.py", "print(__name__, __file__)")
        self.write("code.py", "print('code')")
        self.assertEqual(["__main__ quotes.py"], self.run_drive(path=os.path.join(self.drive, "quotes.py")).lines)

    def test_boot_py_goes_first_and_its_output_into_a_file(self):
        self.write("boot.py", "print('booting')")
        self.assertEqual(["code"], self.run_drive(code="print('code')").lines)
        self.assertRegex(self.read("boot_out.txt").decode(), r"CircuitPython 10.*\nBoard ID:desk\nboot.py output:\nbooting\n")

    def test_an_error_in_boot_py_is_told_and_the_program_runs(self):
        self.write("boot.py", "1 / 0")
        done = self.run_drive(code="print('code')")
        self.assertEqual(["code"], done.lines)
        self.assertIn("boot.py failed: ZeroDivisionError", done.errors)
        self.assertIn("Traceback", self.read("boot_out.txt").decode())

    # What follows

    def test_a_reload_starts_everything_anew_but_boot_py(self):
        self.write("boot.py", "open('/boots.txt', 'a').write('x')")
        self.write("lib/state.py", "seen = []")
        done = self.run_drive(code=self.counts("""
            import state, socketpool, wifi
            print(len(state.seen), repr(socketpool.SocketPool(wifi.radio)).split(": ")[1])
            state.seen.append(1)
            kept = socketpool.SocketPool(wifi.radio).socket()
            context.kept["test.socket"] = kept
            if count < 2:
                context.reload()
        """))
        self.assertEqual(["life 0", "0 0 of 128 sockets>", "life 1", "0 0 of 128 sockets>", "life 2", "0 0 of 128 sockets>"], done.lines)
        self.assertEqual(b"x", self.read("boots.txt"))
        self.assertEqual(["reload", "reload", "done"], [life["ended"] for life in done.report["lives"]])

    def test_a_reset_runs_boot_py_again(self):
        self.write("boot.py", "open('/boots.txt', 'a').write('x')")
        self.assertEqual(["life 0", "life 1"], self.run_drive(code=self.counts("if count < 1: context.reset()")).lines)
        self.assertEqual(b"xx", self.read("boots.txt"))

    def test_a_bare_except_keeps_no_reset_away(self):
        done = self.run_drive(code=self.counts("""
            if count < 1:
                try:
                    context.reset()
                except:
                    pass
                while True:
                    pass
        """))
        self.assertEqual(["life 0", "life 1"], done.lines)

    def test_deep_sleep_sleeps_and_starts_anew(self):
        done = self.run_drive(code=self.counts("import time\nprint(context.reset_reason, context.kept.get('alarm.wake_alarm'))\nif count < 1: context.deep_sleep(0.2, 'the alarm')"))
        self.assertEqual(["life 0", "POWER_ON None", "life 1", "DEEP_SLEEP_ALARM the alarm"], done.lines)
        self.assertIn("Woken up by alarm.", done.output)
        self.assertGreater(done.report["seconds"], 0.2)

    def test_fast_jumps_over_sleep(self):
        done = self.run_drive("--fast", "--timeout", "40", code=self.counts("""
            import time
            before = time.monotonic(), time.time()
            time.sleep(3600)
            print(3600 <= time.monotonic() - before[0] < 3630, 3600 <= time.time() - before[1] < 3630)
            if count < 1: context.deep_sleep(86400)
        """))
        self.assertEqual(["life 0", "True True", "life 1", "True True"], done.lines)
        self.assertLess(done.report["seconds"], 30)

    def test_the_clock_begins_with_the_year_2000_and_is_kept_over_reloads(self):
        done = self.run_drive(code=self.counts("""
            import time
            print(tuple(time.localtime())[:3], time.time() - time.mktime(time.localtime()))
            if count < 1:
                context.clock.set_time(1764381784)
                context.reload()
        """))
        self.assertEqual(["life 0", "(2000, 1, 1) 0", "life 1", "(2025, 11, 29) 0"], done.lines)

    def test_input_reads_standard_input_and_waits_after_its_end(self):
        self.write("code.py", "print([input('> '), input(), input()])\ninput()")
        done = subprocess.run(self.command("--run-for", "2"), input="one\ntwo\n", capture_output=True, text=True, timeout=200, env=runs.support.environment())
        self.assertIn("> ['one', 'two', '']\n", done.stdout)
        self.assertIn("standard input has ended", done.stderr)
        self.assertEqual(0, done.returncode)

    def test_reloads_have_a_limit(self):
        for ending in ("reload()", "reset()", "deep_sleep(0)"):
            with self.subTest(ending=ending):
                if os.path.exists(os.path.join(self.drive, "count.txt")):
                    os.remove(os.path.join(self.drive, "count.txt"))
                done = self.run_drive("--reloads", "2", code=self.counts(f"context.{ending}"))
                self.assertEqual(["life 0", "life 1", "life 2"], done.lines)

    def test_the_next_code_file_is_run_and_forgotten(self):
        self.write("other.py", "print('other')\nfrom socketpool_run.context import context\ncontext.reload()")
        done = self.run_drive(code=self.counts("""
            if count < 1:
                context.next_code = {"filename": "other.py"}
                context.reload()
        """))
        self.assertEqual(["life 0", "other", "life 1"], done.lines)

    def test_a_program_may_start_again_after_an_error(self):
        done = self.run_drive("--reloads", "1", status=1, code=self.counts("""
            context.next_code = {"filename": None, "reload_on_error": True}
            if count == 0:
                context.reload()
            raise ValueError
        """))
        self.assertEqual(["life 0", "life 1"], [line for line in done.lines if line.startswith("life")])

    def test_functions_for_the_end_are_called_at_each_end(self):
        done = self.run_drive(code=self.counts("""
            import atexit
            atexit.register(print, "end of", count)
            if count < 1: context.reload()
        """))
        self.assertEqual(["life 0", "end of 0", "life 1", "end of 1"], done.lines)

    def test_tracebacks_that_the_program_prints_are_a_board_s(self):
        done = self.run_drive(code="""\
            import traceback
            def fail():
                open("/none")
            try:
                fail()
            except OSError as error:
                traceback.print_exception(error)
                traceback.print_exception(type(error), error, error.__traceback__)
                print(traceback.format_exception(error)[0], end="")
        """)
        lines = ["Traceback (most recent call last):", '  File "code.py", line 5, in <module>', '  File "code.py", line 3, in fail']
        self.assertEqual([*lines, "OSError: [Errno 2] No such file or directory: '/none'"] * 2 + lines[:1], done.lines)

    def test_asyncio_has_what_boards_have(self):
        self.assertEqual(["slept", "set", "late"], self.run_drive(code="""
            import asyncio
            async def main():
                await asyncio.sleep_ms(1)
                print("slept")
                flag = asyncio.ThreadSafeFlag()
                asyncio.get_running_loop().call_soon(flag.set)
                await flag.wait()
                print("set")
                try:
                    await asyncio.wait_for_ms(asyncio.sleep(60), 10)
                except asyncio.TimeoutError:
                    print("late")
            asyncio.run(main())
        """).lines)

    def test_a_saved_file_starts_the_program_again(self):
        self.write("code.py", "print('first')\nwhile True: pass")
        process = self.start("--watch", "--timeout", "40")
        self.read_until(process, "first")
        self.write("code.py", "print('second')")
        said = "".join(self.read_until(process, "Auto-reload is on."))
        self.assertIn("Code stopped by auto-reload. Reloading soon.", said)
        self.assertIn("second\n", said)
        self.write("lib/new.py", "x = 1")
        self.read_until(process, "second")
        process.send_signal(signal.SIGINT)
        process.stdout.read()
        self.assertEqual(130, process.wait())

    def test_what_the_program_writes_starts_nothing(self):
        self.write("code.py", "import time\nfor i in range(30):\n    open('log.txt', 'a').write('x')\n    time.sleep(0.05)\nprint('end')")
        process = self.start("--watch", "--timeout", "40")
        said = "".join(self.read_until(process, "Auto-reload is on."))
        self.assertIn("end\n", said)
        self.assertNotIn("Reloading", said)


if __name__ == "__main__":
    unittest.main()
