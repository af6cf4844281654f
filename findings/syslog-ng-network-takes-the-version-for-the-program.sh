#!/bin/bash
# syslog-ng 3.38.1 (Debian syslog-ng-core 3.38.1-5+deb12u1): network() reads an RFC 5424 message as one of program "1", and drops all hosts' names
#
# Guess: a syslog server tells the two formats apart by the version behind the priority, as rsyslog does: host, program and time come from
# the message.
# Observed: "<165>1 2026-01-02T03:04:05Z dev1 app 12 ID47 - hello" becomes program "1", the time of its arrival, and the text "2026-01-02T03:04:05Z dev1 app 12 ...".
# Its octet count over TCP becomes the program as well. The host is the sender's address or name in both formats, never that of the
# message (keep-hostname). syslog() reads both formats.
# Why it matters: devices that log in the newer format, or through a relay or NAT, cannot be told apart and their times are lost, without an
# error. Use syslog(), and keep-hostname(yes).
source "$(dirname "$0")/support/lib.sh"
debian syslog-ng-core=3.38.1-5+deb12u1 libivykis0=0.42.4-1 libnet1=1.1.6+dfsg-3.2 libjson-c5=0.16-2 libglib2.0-0=2.74.6-2+deb12u9 libwrap0=7.6.q-32
export LD_LIBRARY_PATH=$LD_LIBRARY_PATH:$root/usr/lib/syslog-ng
udp=$(free_port) tcp=$(free_port) syslog=$(free_port)
cat >"$work/conf" <<C
@version: 3.38
options { use-dns(no); stats-freq(0); };
source network { network(ip("127.0.0.1") port($udp) transport("udp")); network(ip("127.0.0.1") port($tcp) transport("tcp")); };
source syslog { syslog(ip("127.0.0.1") port($syslog) transport("udp")); };
destination file { file("$work/out" template("\$HOST, \$PROGRAM, \$YEAR, \$MSG\n")); };
log { source(network); source(syslog); destination(file); };
C
start syslog-ng --module-path "$root/usr/lib/syslog-ng/3.38" -F -f "$work/conf" -R "$work/persist" -c "$work/control" -p "$work/pid" --no-caps
wait_tcp "$tcp"
cat >"$work/client.py" <<'P'
import os, socket, sys, time
def lines():
    return open(sys.argv[1], "rb").read().count(b"\n") if os.path.exists(sys.argv[1]) else 0
def wait(count):
    for attempt in range(200):
        if lines() >= count:
            return
        time.sleep(0.05)
new, old = b"<165>1 2020-01-02T03:04:05Z dev1 app 12 ID47 - hello", time.strftime("<165>%b %e %H:%M:%S dev1 app: hello").encode()
datagrams = socket.socket(type=socket.SOCK_DGRAM)
for number, (data, port) in enumerate([(new, 2), (old, 2), (new, 4)]):
    datagrams.sendto(data, ("127.0.0.1", int(sys.argv[port])))
    wait(number + 1)
with socket.create_connection(("127.0.0.1", int(sys.argv[3])), 20) as stream:
    stream.sendall(b"%d %s\n" % (len(new), new))
wait(4)
P
timeout 50 /usr/bin/python3 "$work/client.py" "$work/out" "$udp" "$tcp" "$syslog"
expect "host, program, year, text" "$(sed "s/$(date +%Y)/this year/" "$work/out")" "127.0.0.1, 1, this year, 2020-01-02T03:04:05Z dev1 app 12 ID47 - hello
127.0.0.1, app, this year, hello
127.0.0.1, app, 2020, hello
127.0.0.1, 52, this year, <165>1 2020-01-02T03:04:05Z dev1 app 12 ID47 - hello"
