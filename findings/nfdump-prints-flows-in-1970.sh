#!/bin/bash
# nfdump 1.7.1 (Debian nfdump 1.7.1-2+deb12u1): without -o each flow is printed as an "INVALID" event of 1970, without duration and packets
#
# Guess: `nfdump -r file` prints date, duration, addresses, packets and bytes, as its manual's default "line" says.
# Observed: the columns are those of firewall events (NSEL), with which Debian builds it: "1970-01-01 00:00:00.000 INVALID Ignore". The same file
# with -o line has the date of the flow, 10 s, 11 packets and 308 bytes; the summary below the list has the right time in both.
# Why it matters: the first look at a collector says that the exporter sends nonsense, and one looks for the fault there. Scripts have to name
# the format.
source "$(dirname "$0")/support/lib.sh"
debian nfdump=1.7.1-2+deb12u1 libdbi1=0.9.0-6 librrd8=1.7.2-4+b8 libpcap0.8=1.10.3-1
need ss
mkdir "$work/flows"
port=$(free_port)
start nfcapd -w "$work/flows" -l "$work/flows" -p "$port" -b 127.0.0.1 -t 3600
cat >"$work/export.py" <<'P'
import socket, struct, sys, time
# NetFlow 5: one flow of UDP, 11 packets, 308 bytes, from 20 to 10 s before 2026-01-02 03:04:05 UTC
header = struct.pack(">HHIIIIBBH", 5, 1, 60000, 1767323045, 0, 0, 0, 0, 0)
record = socket.inet_aton("10.0.0.1") + socket.inet_aton("10.0.0.2") + bytes(4) + struct.pack(
    ">HHIIIIHHBBBBHHBBH", 0, 0, 11, 308, 40000, 50000, 1234, 5678, 0, 0, 17, 0, 0, 0, 0, 0, 0)
with socket.socket(type=socket.SOCK_DGRAM) as exporter:
    exporter.connect(("127.0.0.1", int(sys.argv[1])))
    for attempt in range(100):
        try:
            exporter.send(header + record)
            break
        except ConnectionRefusedError:
            time.sleep(0.1)
P
for _ in $(seq 50); do [ -n "$(ss -ulnH "sport = :$port")" ] && break; sleep 0.1; done
/usr/bin/python3 "$work/export.py" "$port"
sleep 0.5
kill "$(tail -1 "$work/started")"
for _ in $(seq 100); do file=$(find "$work/flows" -name 'nfcapd.2*' | head -1); [ -n "$file" ] && break; sleep 0.1; done
[ -n "$file" ] || skip "no file of flows: $(tail -1 "$work/started.log")"
flow() { TZ=UTC nfdump -q -r "$file" "$@" | grep 10.0.0.1 | head -1; }
expect "without -o" "$(flow | tr -s ' ' | cut -d ' ' -f 1-5)" "1970-01-01 00:00:00.000 INVALID Ignore UDP"
expect "-o line" "$(flow -o line | tr -s ' ' | cut -d ' ' -f 1-4,8-9)" "2026-01-02 03:03:45.000 00:00:10.000 UDP 11 308"
