#!/bin/bash
# fping 5.1 (Debian fping 5.1-1): the counts of -c, the times of -C and the statistics of -s are on stderr, "is alive" is on stdout
#
# Guess: results are on stdout, errors on stderr: `fping -q -C 3 host >file` keeps the times, and 2>/dev/null hides the noise.
# Observed: with -q -C and with -q -c stdout is empty and all results are on stderr, together with errors about names and routes. Without -c and -C
# "127.0.0.1 is alive" is on stdout. The status is 1 if one of several hosts did not answer.
# Why it matters: a monitor that reads stdout measures nothing, and one that joins both streams reads errors as hosts.
source "$(dirname "$0")/support/lib.sh"
debian fping=5.1-1
[ "$(id -u)" = 0 ] || skip "network namespaces need root"
need unshare ip
cat >"$work/inside" <<'S'
ip link set lo up
ip route add unreachable 10.9.0.0/16
try() {
    local status=0
    fping "$@" >"$out/out" 2>"$out/err" || status=$?
    echo "$*: status $status, stdout $(grep -c . "$out/out"), stderr $(grep -c '127.0.0.1' "$out/err")"
}
out=$1
try -q -C 3 -p 20 127.0.0.1
try -q -c 3 -p 20 127.0.0.1
try 127.0.0.1
try -q -r 0 -t 50 127.0.0.1 10.9.0.1
S
expect "status and lines" "$(unshare -n bash "$work/inside" "$work")" '-q -C 3 -p 20 127.0.0.1: status 0, stdout 0, stderr 1
-q -c 3 -p 20 127.0.0.1: status 0, stdout 0, stderr 1
127.0.0.1: status 0, stdout 1, stderr 0
-q -r 0 -t 50 127.0.0.1 10.9.0.1: status 1, stdout 0, stderr 0'
