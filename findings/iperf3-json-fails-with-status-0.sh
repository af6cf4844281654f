#!/bin/bash
# iperf3 3.12 (Debian 3.12-1+deb12u2): with -J a test that failed has exit status 0, and -n 1000 sends 131072 bytes
#
# Guess: a refused connection is exit status 1 with any output format, and -n, "number of bytes to transmit", is exact.
# Observed: without -J the status is 1; with -J it is 0 and the reason stands in the field "error". -n 1000 sends a whole block of 128 KiB,
# and the report says so.
# Why it matters: `iperf3 -J ... && ...` goes on with a report without results, and a quota of a metered link is overrun by a
# factor of 131. Test for "error"; set -l for short transfers.
source "$(dirname "$0")/support/lib.sh"
debian iperf3=3.12-1+deb12u2 libiperf0=3.12-1+deb12u2 libsctp1=1.0.19+dfsg-2
port=$(free_port)
status() { "$@" >"$work/out" 2>&1 && echo 0 || echo $?; }
expect "status of a refused test" "$(status iperf3 -c 127.0.0.1 -p "$port")" 1
expect "status with -J" "$(status iperf3 -c 127.0.0.1 -p "$port" -J)" 0
expect "its error" "$(python -c 'import json, sys; print(json.load(sys.stdin)["error"])' <"$work/out")" "unable to connect to server: Connection refused"
start iperf3 -s -B 127.0.0.1 -p "$port"
sent() {
    for _ in $(seq 50); do iperf3 -c 127.0.0.1 -p "$port" -J "$@" >"$work/out" && grep -q sum_sent "$work/out" && break; sleep 0.1; done
    python -c 'import json, sys; print(json.load(sys.stdin)["end"]["sum_sent"]["bytes"])' <"$work/out"
}
expect "bytes sent with -n 1000" "$(sent -n 1000)" 131072
expect "bytes sent with -n 1000 -l 1000" "$(sent -n 1000 -l 1000)" 1000
