"""The drive: paths of the program begin in it, and nothing leads out of it."""

import os
import unittest

from . import runs


class DriveTests(runs.RunCase):
    def outside(self, name="outside.txt", text="secret"):
        path = os.path.join(self.scratch, name)
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
        return path

    def test_absolute_paths_are_the_drive_s(self):
        self.write("static/index.html", "hello")
        self.write("etc/passwd", "mine")
        self.assertEqual(["hello", "hello", "mine", "['index.html']"], self.run_drive(code="""
            import os
            print(open("/static/index.html").read())
            print(open("static/index.html").read())
            print(open("/etc/passwd").read())
            print(os.listdir("/static"))
        """).lines)

    def test_the_card_s_folder_is_there_and_empty_without_a_card(self):
        self.assertEqual(["[]", "2"], self.run_drive(code="""
            import os
            print(os.listdir("/sd"))
            try:
                os.listdir("/usb")
            except OSError as error:
                print(error.errno)
        """).lines)

    def test_the_machine_s_files_are_not_seen(self):
        path = self.outside()
        done = self.run_drive(code=f"""
            import os, io
            for function in (open, io.open, io.FileIO, io.open_code, os.stat, os.remove, os.listdir, os.rmdir, os.chdir):
                for path in ("/etc/passwd", "/etc", {path!r}, "../outside.txt", "/../outside.txt", "lib/../../outside.txt", ".."):
                    try:
                        function(path)
                    except OSError:
                        continue
                    print("reached", function, path)
        """)
        self.assertEqual([], done.lines)
        self.assertTrue(os.path.exists(path))

    def test_symbolic_links_do_not_lead_out(self):
        self.outside()
        os.symlink(os.path.join(self.scratch, "outside.txt"), os.path.join(self.drive, "link.txt"))
        os.symlink(self.scratch, os.path.join(self.drive, "folder"))
        os.symlink(os.path.join(self.scratch, "new.txt"), os.path.join(self.drive, "dangling.txt"))
        done = self.run_drive(code="""
            import os
            for path in ("link.txt", "/link.txt", "folder/outside.txt", "folder"):
                for function in (open, os.stat, os.listdir, lambda path: open(path, "w"), os.remove):
                    try:
                        function(path)
                    except OSError:
                        continue
                    print("reached", path)
            for path in ("dangling.txt", "folder/new.txt"):
                try:
                    open(path, "w")
                    print("written", path)
                except OSError:
                    pass
        """)
        self.assertEqual([], done.lines)
        self.assertEqual(["CIRCUITPY", "outside.txt", "report.json"], sorted(os.listdir(self.scratch)))

    def test_a_link_within_the_drive_is_followed(self):
        self.write("a.txt", "a")
        os.symlink("a.txt", os.path.join(self.drive, "b.txt"))
        self.assertEqual(["a"], self.run_drive(code="print(open('/b.txt').read())").lines)

    def test_writing_outside_is_refused(self):
        self.write("a.txt", "a")
        done = self.run_drive(code="""
            import os
            attempts = [
                lambda: open("../new.txt", "w"), lambda: open("/../new.txt", "ab"), lambda: os.mkdir("../new"),
                lambda: os.rename("/a.txt", "/../new.txt"), lambda: os.rename("../report.json", "/b.txt"), lambda: os.remove("../report.json"),
            ]
            for attempt in attempts:
                try:
                    attempt()
                except OSError:
                    continue
                print("wrote")
        """)
        self.assertEqual([], done.lines)
        self.assertEqual(["CIRCUITPY", "report.json"], sorted(os.listdir(self.scratch)))

    def test_the_program_s_own_files_are_made_changed_and_removed(self):
        done = self.run_drive(code="""
            import os
            os.mkdir("/sd")
            with open("/sd/log.txt", "a") as file:
                file.write("one\\n")
            with open("sd/log.txt", "a") as file:
                file.write("two\\r\\n")
            print(open("/sd/log.txt", "rb").read(), repr(open("/sd/log.txt").read()))
            os.rename("/sd/log.txt", "/sd/old.txt")
            print(os.listdir("sd"), os.stat("/sd/old.txt")[6], len(os.stat("/sd")), len(os.statvfs("/")))
            os.remove("/sd/old.txt")
            os.rmdir("/sd")
            print("sd" in os.listdir())
        """)
        self.assertEqual(["b'one\\ntwo\\r\\n' 'one\\ntwo\\r\\n'", "['old.txt'] 9 10 10", "False"], done.lines)
        self.assertEqual(["/sd/log.txt"], done.report["files_written"])

    def test_capitals_make_no_difference_as_on_a_board_s_fat(self):
        self.write("Fonts/Arial.bdf", "font")
        self.outside("OUTSIDE")
        os.symlink(self.scratch, os.path.join(self.drive, "Link"))
        done = self.run_drive(code="""
            import os
            print(open("/fonts/ARIAL.BDF").read(), os.listdir("FONTS"))
            with open("fonts/arial.bdf", "w") as file:
                file.write("other")
            print(open("/Fonts/Arial.bdf").read(), os.listdir("/Fonts"))
            for path in ("/fonts/none.bdf", "/link/OUTSIDE"):
                try:
                    open(path)
                except OSError as error:
                    print(error.errno)
        """)
        self.assertEqual(["font ['Arial.bdf']", "other ['Arial.bdf']", "2", "13"], done.lines)

    def test_the_folder_of_a_card_is_there_when_it_is_looked_for(self):
        self.assertEqual(["[]", "hello"], self.run_drive(code="""
            import os
            print(os.listdir("/sd"))
            with open("/sd/a.txt", "w") as file:
                file.write("hello")
            print(open("/sd/a.txt").read())
        """).lines)

    def test_a_drive_that_is_read_only_is_not_written(self):
        done = self.run_drive(code="""
            import os
            from socketpool_run.context import context
            context.drive.is_read_only = True
            for attempt in (lambda: open("a.txt", "w"), lambda: os.mkdir("b"), lambda: os.remove("code.py"), lambda: os.rename("code.py", "c.py")):
                try:
                    attempt()
                except OSError as error:
                    print(error.errno)
            print(open("code.py").read()[:1] == "")
        """)
        self.assertEqual(["30"] * 4 + ["False"], done.lines)
        self.assertEqual(["code.py"], os.listdir(self.drive))

    def test_a_rename_does_not_replace(self):
        self.write("a", "a")
        self.write("b", "b")
        self.assertEqual(["17"], self.run_drive(code="import os\ntry:\n    os.rename('a', 'b')\nexcept OSError as e:\n    print(e.errno)").lines)

    def test_the_working_directory_is_the_drive_s(self):
        self.write("lib/x.txt", "x")
        self.assertEqual(["/", "/lib", "x", "['x.txt']", "2"], self.run_drive(code="""
            import os
            print(os.getcwd())
            os.chdir("lib")
            print(os.getcwd())
            print(open("x.txt").read())
            print(os.listdir())
            try:
                os.chdir("/nowhere")
            except OSError as error:
                print(error.errno)
        """).lines)

    def test_errors_name_the_program_s_path(self):
        done = self.run_drive(status=1, code="open('/static/none.html')")
        self.assertIn("OSError: [Errno 2]", done.output)
        self.assertIn("/static/none.html", done.output)
        self.assertNotIn(self.scratch, done.output)

    def test_os_is_a_board_s(self):
        done = self.run_drive(code="""
            import os, sys
            print(hasattr(os, "path"), hasattr(os, "environ"), hasattr(os, "system"), os.sep, len(os.urandom(4)))
            print(sys.implementation.name, sys.argv, sys.path)
            try:
                import os.path
            except ImportError as error:
                print(error)
        """)
        self.assertEqual(["False False False / 4", "circuitpython [] ['', '/', '.frozen', '/lib']", "no module named 'os.path'"], done.lines)

    def test_libraries_of_cpython_go_on_reading_their_own_files(self):
        done = self.run_drive(status=1, code="""
            import ssl, traceback, json, zoneinfo
            ssl.create_default_context()
            print(json.loads("[1]"), bool(zoneinfo.available_timezones))
            1 / 0
        """)
        self.assertEqual("[1] True", done.lines[0])
        self.assertIn("ZeroDivisionError", done.output)

    def test_certificates_are_the_drive_s(self):
        done = self.run_drive(code="""
            import ssl
            context = ssl.create_default_context()
            for call in (lambda: context.load_verify_locations("/etc/ssl/certs/ca-certificates.crt"), lambda: context.load_cert_chain("/cert.pem", "/key.pem")):
                try:
                    call()
                except OSError as error:
                    print(error.errno)
        """)
        self.assertEqual(["2", "2"], done.lines)

    def test_nothing_of_ours_is_left_on_the_drive(self):
        self.write("lib/helper.py", "value = 1")
        self.run_drive(code="import helper")
        self.assertEqual(["code.py", "lib"], sorted(os.listdir(self.drive)))
        self.assertEqual(["helper.py"], os.listdir(os.path.join(self.drive, "lib")))

    def test_the_drive_is_found_from_elsewhere_and_from_within(self):
        self.write("code.py", "import os\nprint(sorted(os.listdir()))")
        for path, folder in ((self.drive, None), (os.path.join(self.drive, "code.py"), None), ("code.py", self.drive), (".", self.drive)):
            with self.subTest(path=path):
                self.assertEqual(["['code.py']"], self.run_drive(path=path, cwd=folder).lines)


if __name__ == "__main__":
    unittest.main()
