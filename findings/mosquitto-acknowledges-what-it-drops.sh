#!/bin/bash
# Mosquitto 2.0.11 (Debian mosquitto 2.0.11-1.2+deb12u2), message_size_limit: a message that is too large is acknowledged and dropped
#
# Guess: a publisher with QoS 1 whose message is over the limit is disconnected, or gets no acknowledgement.
# Observed: an MQTT 3.1.1 client gets a normal PUBACK, and no subscriber gets the message. With MQTT 5 the PUBACK has reason 149 ("Packet too
# large"); mosquitto_pub prints a warning, and its exit status is 0 in both cases.
# Why it matters: QoS 1 says "at least once", and a device forgets what was acknowledged: its long reports are lost, its short ones arrive.
source "$(dirname "$0")/support/lib.sh"
debian mosquitto=2.0.11-1.2+deb12u2 mosquitto-clients=2.0.11-1.2+deb12u2 libmosquitto1=2.0.11-1.2+deb12u2
port=$(free_port)
printf 'listener %s 127.0.0.1\nallow_anonymous true\nmessage_size_limit 100\n' "$port" >"$work/mosquitto.conf"
start mosquitto -c "$work/mosquitto.conf"
wait_tcp "$port"
head -c 101 /dev/zero | tr '\0' x >"$work/large"
# publish VERSION: the exit status, and the reason code of the acknowledgement.
publish() {
    local status=0
    mosquitto_pub -d -V "$1" -p "$port" -q 1 -r -t "large/$1" -f "$work/large" >"$work/out" 2>&1 || status=$?
    echo "$status $(grep -o 'PUBACK.*' "$work/out")"
}
expect "MQTT 3.1.1" "$(publish mqttv311)" "0 PUBACK (Mid: 1, RC:0)"
expect "MQTT 5" "$(publish mqttv5)" "0 PUBACK (Mid: 1, RC:149)"
mosquitto_pub -p "$port" -q 1 -r -t large/end -m end
expect "what the broker kept" "$(mosquitto_sub -p "$port" -t 'large/#' -W 2 -v 2>/dev/null || true)" "large/end end"
