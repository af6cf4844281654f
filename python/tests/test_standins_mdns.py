"""mdns against Avahi, in a network namespace of its own with an interface of its own; and the messages by themselves."""

import os
import shutil
import sys
import unittest

from . import support
from .standins import StandinTestCase

_PROGRAMS = ("avahi-daemon", "avahi-publish", "avahi-browse", "avahi-resolve", "dbus-daemon", "ip", "unshare")

# Runs in the namespaces: Avahi is "peer", the stand-in is "desk". What is read from pipes comes when it comes; nothing sleeps.
_BEGIN = r"""
import os, re, select, subprocess, sys, tempfile
import socketpool_run.importing as importing
sys.path.append(importing.STANDINS)
from socketpool_run.context import context

folder = tempfile.mkdtemp()
def write(name, text):
    path = os.path.join(folder, name)
    with open(path, "w") as file:
        file.write(text)
    return path

bus = "unix:path=" + os.path.join(folder, "bus")
config = write("bus.conf", f'''<busconfig><listen>{bus}</listen><policy context="default"><allow user="*"/><allow own="*"/>
<allow send_destination="*"/><allow send_type="method_call"/><allow receive_sender="*"/></policy></busconfig>''')
env = {**os.environ, "DBUS_SYSTEM_BUS_ADDRESS": bus}
started = []
def start(*command, **options):
    started.append(subprocess.Popen(command, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, **options))
    return started[-1]

def wait_for(process, text):
    seen = []
    for line in process.stdout:
        seen.append(line)
        if text in line:
            return
    raise AssertionError("".join(seen))

def run(*command):
    return subprocess.run(command, env=env, capture_output=True, text=True, timeout=90).stdout

dbus = start("dbus-daemon", f"--config-file={config}", "--nofork", "--print-address=1")
wait_for(dbus, "unix:")
avahi = start("avahi-daemon", "--no-drop-root", "--no-chroot", "--no-rlimits", "--no-proc-title", "-f", write("avahi.conf",
    "[server]\nhost-name=peer\nuse-ipv6=no\nallow-interfaces=desk0\n[publish]\npublish-workstation=no\n"))
wait_for(avahi, "startup complete")
try:
    import mdns, wifi
    exec(sys.argv[1])
    context.end_life()
finally:
    for process in reversed(started):
        process.terminate()
        process.communicate()
"""

_SHELL = """set -e
ip link set lo up
ip link add desk0 type veth peer name other0
ip link set other0 up
ip address add 192.0.2.10/24 dev desk0
ip link set desk0 up multicast on
ip route add 224.0.0.0/4 dev desk0
mount -t tmpfs tmpfs /run
mkdir -p /run/avahi-daemon
exec "$@"
"""


def _missing():
    absent = [program for program in _PROGRAMS if not shutil.which(program)]
    if absent:
        return f"{', '.join(absent)} not on the PATH"
    return None if os.geteuid() == 0 else "namespaces need root"


@unittest.skipIf(_missing(), _missing() or "")
class AvahiTests(support.TestCase):
    def in_namespace(self, code):
        return support.run_program(["unshare", "-n", "-m", "sh", "-c", _SHELL, "sh", sys.executable, "-c", _BEGIN, code],
                                   env=support.environment(SOCKETPOOL_INTERFACE="desk0"))

    def test_avahi_resolves_the_name_that_was_set(self):
        said = self.in_namespace('server = mdns.Server(wifi.radio)\nserver.hostname = "desk"\nprint(run("avahi-resolve", "-4", "-n", "desk.local"))')
        self.assertEqual(["desk.local", "192.0.2.10"], said.split())

    def test_avahi_browses_a_service_with_its_texts(self):
        said = self.in_namespace(
            'server = mdns.Server(wifi.radio)\nserver.hostname = "desk"\nserver.instance_name = "A desk"\n'
            'server.advertise_service(service_type="_http", protocol="_tcp", port=8080, txt_records=["path=/", "v=1"])\n'
            'print(run("avahi-browse", "-rpkt", "_http._tcp"))')
        row = next(line for line in said.splitlines() if line.startswith("="))
        self.assertEqual(["desk0", "IPv4", r"A\032desk", "_http._tcp", "local", "desk.local", "192.0.2.10", "8080", '"v=1" "path=/"'], row.split(";")[1:])

    def test_services_of_avahi_s_are_found(self):
        said = self.in_namespace(
            'publish = start("avahi-publish", "-s", "Printer", "_ipp._tcp", "631", "rp=x")\nwait_for(publish, "Established")\n'
            'server = mdns.Server(wifi.radio)\n'
            'found = server.find("_ipp", "_tcp", timeout=30)\n'
            'print([(one.instance_name, one.hostname, one.service_type, one.protocol, one.port, str(one.ipv4_address)) for one in found])\n'
            'print(server.find("_nothing", "_tcp", timeout=0.2))')
        self.assertEqual("[('Printer', 'peer', '_ipp', '_tcp', 631, '192.0.2.10')]\n()\n", said)

    def test_a_goodbye_is_heard(self):
        said = self.in_namespace(
            'server = mdns.Server(wifi.radio)\nserver.hostname = "desk"\n'
            'server.advertise_service(service_type="_http", protocol="_tcp", port=80)\n'
            'watch = start("avahi-browse", "-p", "_http._tcp")\nwait_for(watch, "+;desk0;IPv4;desk;")\n'
            'server.deinit()\nwait_for(watch, "-;desk0;IPv4;desk;")\nprint("gone")')
        self.assertEqual("gone\n", said)


class MessageTests(StandinTestCase):
    def setUp(self):
        super().setUp()
        from socketpool_run.hardware import dns

        self.dns = dns

    def test_a_message_is_read_as_it_was_written(self):
        dns = self.dns
        kind = ("_http", "_tcp", "local")
        name = ("A desk", *kind)
        message = dns.Message(7, dns.RESPONSE, (dns.Question(kind, dns.PTR, True),), (
            dns.Record(kind, dns.PTR, 4500, name), dns.Record(name, dns.SRV, 120, (8080, ("desk", "local")), True),
            dns.Record(("desk", "local"), dns.A, 120, bytes([192, 0, 2, 1]), True), dns.Record(name, dns.TXT, 4500, b"\x03a=1", True)))
        data = dns.encode(message)
        self.assertEqual(message, dns.decode(data))
        self.assertLess(len(data), 140)  # names are referred to

    def test_every_cut_and_changed_message_is_read_or_refused(self):
        import random

        dns = self.dns
        seed = 4711
        source = random.Random(seed)
        kind = ("_http", "_tcp", "local")
        data = dns.encode(dns.Message(0, 0, (dns.Question(kind, dns.PTR),), (dns.Record(kind, dns.PTR, 1, ("x", *kind)), dns.Record(kind, dns.SRV, 1, (1, kind)))))
        for length in range(len(data)):
            self.assertRaises(dns.MalformedError, dns.decode, data[:length])
        for _ in range(3000):
            harmed = bytearray(data)
            for _ in range(source.randrange(1, 4)):
                harmed[source.randrange(len(harmed))] = source.randrange(256)
            try:
                dns.decode(bytes(harmed))
            except dns.MalformedError:
                pass
            except Exception as error:
                self.fail(f"seed {seed}: {harmed.hex()}: {error!r}")

    def test_a_name_that_refers_to_itself_ends(self):
        data = bytes(4) + b"\0\1" + bytes(6) + b"\xc0\x0c\0\1\0\1"
        self.assertRaises(self.dns.MalformedError, self.dns.decode, data)

    def test_arguments_are_checked_as_on_boards(self):
        mdns = self.use("mdns")
        self.assertRaises(ValueError, mdns._check, "http", "_tcp")
        self.assertRaises(ValueError, mdns._check, "_http", "tcp")


if __name__ == "__main__":
    unittest.main()
