#!/bin/bash
# chronyd 4.3 (Debian chrony 4.3-2+deb12u3): clients on 127.0.0.1 are not served by default, and an unset clock is served with a time
#
# Guess: a local client needs no permission; a server without a source does not answer, or answers without a time.
# Observed: no answer without "allow 127.0.0.1". With it, and without any source, the answer has leap indicator 3 (unsynchronized) and
# stratum 0, and yet the system's time in its transmit field.
# Why it matters: an NTP client under test times out against its own machine, and one that reads only the transmit time, as small ones
# do, takes the time of a server that says not to. Check leap indicator and stratum.
source "$(dirname "$0")/support/lib.sh"
debian chrony=4.3-2+deb12u3
[ "$(id -u)" = 0 ] || skip "chronyd needs root"
ask() {
    python - "$port" <<'P'
import socket, sys, time
client = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
client.settimeout(0.5)
for attempt in range(6):
    try:
        client.sendto(b"\x1b" + bytes(47), ("127.0.0.1", int(sys.argv[1])))
        data = client.recv(100)
        seconds = int.from_bytes(data[40:44], "big") - 2208988800
        print("leap", data[0] >> 6, "stratum", data[1], "time", abs(seconds - time.time()) < 5)
        break
    except (TimeoutError, ConnectionError):
        time.sleep(0.2)
else:
    print("no answer")
P
}
serve() {
    port=$(free_port)
    printf '%s\n' "port $port" "cmdport 0" "bindaddress 127.0.0.1" "pidfile $work/chrony.$port" "$@" >"$work/chrony.conf"
    start chronyd -x -d -u root -f "$work/chrony.conf"
    for _ in $(seq 50); do [ -e "$work/chrony.$port" ] && break; sleep 0.1; done
    [ -e "$work/chrony.$port" ] || skip "chronyd does not start: $(tail -1 "$work/started.log")"
}
serve
expect "without allow" "$(ask)" "no answer"
serve "allow 127.0.0.1"
expect "with allow" "$(ask)" "leap 3 stratum 0 time True"
