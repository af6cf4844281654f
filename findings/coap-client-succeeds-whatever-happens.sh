#!/bin/bash
# coap-client of libcoap 4.3.1 (Debian libcoap3-bin 4.3.1-1): the exit status is 0 when nothing was found and when nobody answers
#
# Guess: as with other clients on the command line: not 0 when the server cannot be reached; at least the text of an error on stdout or a
# status for 4.04.
# Observed: 4.04 Not Found goes to stderr, and the status is 0. With a closed port it is 0 too; the warning about it is written to stdout,
# where the payload would be.
# Why it matters: shell scripts and health checks that use `coap-client ... && ...` never fail, and one that takes stdout for the value stores
# the warning. Compare the text.
source "$(dirname "$0")/support/lib.sh"
debian libcoap3-bin=4.3.1-1 libcoap3=4.3.1-1
port=$(free_port)
start coap-server-notls -A 127.0.0.1 -p "$port"
ask() {
    local status=0
    timeout 20 coap-client-notls -m get "$@" >"$work/out" 2>"$work/err" || status=$?
    echo "status $status, $(wc -c <"$work/out") bytes$(grep -o '4\.04.*' "$work/err" | sed 's/^/, /' || true)"
}
for _ in $(seq 50); do ask -B 1 "coap://127.0.0.1:$port/time" | grep -q ' 0 bytes' || break; done
expect "a resource" "$(ask "coap://127.0.0.1:$port/time" | sed 's/[1-9][0-9]* bytes/some bytes/')" "status 0, some bytes"
expect "no such resource" "$(ask "coap://127.0.0.1:$port/nowhere")" "status 0, 0 bytes, 4.04 Not Found"
expect "a closed port" "$(ask -B 2 "coap://127.0.0.1:$(free_port)/time" | sed 's/,.*//') $(grep -o 'Connection refused' "$work/out")" "status 0 Connection refused"
