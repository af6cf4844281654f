#!/bin/bash
# mosquitto_sub 2.0.11 (Debian mosquitto-clients 2.0.11-1.2+deb12u2): the time in its JSON has two zones, and %J loses texts
#
# Guess: "tst" of -F %j is a time of ISO 8601 with microseconds, as the manual says, and parsers read it. %J, "payload is JSON", prints other
# payloads as a string, or fails.
# Observed: it ends in Z+0000, both at once: Date of JavaScript, fromisoformat and DateTimeOffset refuse it. With %J a payload that is
# not JSON is left out: "topic " is printed, the rest of the line is not, and the exit status is 0.
# Why it matters: the usual logger, mosquitto_sub -F %j piped into a program, has no usable time, and one with %J loses the devices
# that publish text. Cut the last five characters; use %j.
source "$(dirname "$0")/support/lib.sh"
debian mosquitto=2.0.11-1.2+deb12u2 mosquitto-clients=2.0.11-1.2+deb12u2 libmosquitto1=2.0.11-1.2+deb12u2
port=$(free_port)
printf 'listener %s 127.0.0.1\nallow_anonymous true\n' "$port" >"$work/mosquitto.conf"
start mosquitto -c "$work/mosquitto.conf"
wait_tcp "$port"
mosquitto_pub -p "$port" -r -t a/1 -m '{"x": 1}'
mosquitto_pub -p "$port" -r -t a/2 -m 21.5C
mosquitto_sub -p "$port" -t a/1 -C 1 -W 10 -F %j >"$work/line"
tst=$(python -c 'import json, sys; print(json.load(sys.stdin)["tst"])' <"$work/line")
expect "the end of tst" "$(echo "$tst" | sed 's/.*\(.6\)$/\1/; s/^[-0-9T:]*\.[0-9]*//')" "Z+0000"
out=$(python - "$tst" <<'P'
import datetime, sys
try:
    print(datetime.datetime.fromisoformat(sys.argv[1]))
except ValueError:
    print("ValueError")
P
)
expect "fromisoformat" "$out" ValueError
expect "two messages with %J" "$(mosquitto_sub -p "$port" -t 'a/#' -C 2 -W 10 -F '%t %J' 2>/dev/null | sed 's/"tst":"[^"]*"/"tst":_/')" \
    'a/1 {"tst":_,"topic":"a/1","qos":0,"retain":1,"payloadlen":8,"payload":{"x":1}}
a/2 '
