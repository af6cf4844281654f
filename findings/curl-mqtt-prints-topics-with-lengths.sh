#!/bin/bash
# curl 7.88.1 (Debian curl 7.88.1-10+deb12u15), mqtt://: a subscription prints each message with its topic's length in front, and without an end
#
# Guess: the payloads are printed, one after the other or one a line, as mosquitto_sub does.
# Observed: what is printed is the body of the PUBLISH packets: two bytes of length, the topic, the payload. Two messages "one" and "two" for
# a/b are 0003 "a/bone" 0003 "a/btwo". No option leaves the topic out.
# Why it matters: a script that reads a value with curl gets bytes of zero and a topic glued to it; where a message ends cannot be told, since
# its own length is not printed.
source "$(dirname "$0")/support/lib.sh"
debian curl=7.88.1-10+deb12u15 libcurl4=7.88.1-10+deb12u15 libbrotli1=1.0.9-2+deb12u1 libnghttp2-14=1.52.0-1+deb12u3 \
    mosquitto=2.0.11-1.2+deb12u2 mosquitto-clients=2.0.11-1.2+deb12u2 libmosquitto1=2.0.11-1.2+deb12u2
port=$(free_port)
printf 'listener %s 127.0.0.1\nallow_anonymous true\n' "$port" >"$work/mosquitto.conf"
start mosquitto -c "$work/mosquitto.conf"
wait_tcp "$port"
mosquitto_pub -p "$port" -r -t a/b -m one
curl -sN "mqtt://127.0.0.1:$port/a/b" >"$work/out" &
echo $! >>"$work/started"
# printed SIZE: what curl has written, when it is at least this many bytes.
printed() { for _ in $(seq 100); do [ "$(wc -c <"$work/out")" -ge "$1" ] && break; sleep 0.1; done; od -An -c "$work/out" | tr -d ' \n'; }
expect "the first message" "$(printed 8)" '\0003a/bone'
mosquitto_pub -p "$port" -t a/b -m two
expect "both" "$(printed 16)" '\0003a/bone\0003a/btwo'
