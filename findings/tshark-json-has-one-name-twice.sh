#!/bin/bash
# tshark 4.0.17 (Debian 4.0.17-0+deb12u3): -T json writes objects that have a name twice
#
# Guess: fields that occur more than once (ip.addr for source and destination, TCP options, DNS answers) are an array.
# Observed: "ip.addr" and "udp.port" stand in their object twice; a JSON parser keeps the last, so both addresses are the destination's and
# the port 1234 is gone. RFC 8259, 4 leaves the result open. --no-duplicate-keys makes arrays; -T ek does without it.
# Why it matters: a script that asks whether a packet came from or went to a port finds half of the packets, without an error.
source "$(dirname "$0")/support/lib.sh"
need tshark
[[ $(tshark --version 2>/dev/null) == "TShark (Wireshark) 4.0.17 "* ]] || skip "the pin is tshark 4.0.17"
PYTHONPATH=$support python - "$work/one.pcapng" <<'P'
import pcapng, sys
open(sys.argv[1], "wb").write(pcapng.SECTION + pcapng.interface() + pcapng.packet(0, 0, pcapng.FRAME))
P
read_fields() {
    tshark -r "$work/one.pcapng" "$@" 2>/dev/null | python -c '
import json, sys
layers = json.load(sys.stdin)[0]["_source"]["layers"]
print(layers["udp"]["udp.port"])'
}
expect "lines with udp.port" "$(tshark -r "$work/one.pcapng" -T json 2>/dev/null | grep -c '"udp.port"')" 2
expect "after parsing" "$(read_fields -T json)" 5678
expect "with --no-duplicate-keys" "$(read_fields -T json --no-duplicate-keys)" "['1234', '5678']"
