#!/bin/bash
# text2pcap 4.0.17 (Debian wireshark-common 4.0.17-0+deb12u3): a packet with equal lines in `hexdump -C` or `od` ends at the first "*"
#
# Guess: "*" repeats the line before until the next offset, as the manuals of hexdump and od say; otherwise text2pcap reports an error.
# Observed: a frame of 268 bytes that holds 196 zeros becomes one of 96 bytes. What follows the "*" is dropped, the exit status is 0.
# With od -v and hexdump -v the frame is whole. Plain xxd (groups of two bytes) makes a file without a packet.
# Why it matters: a padded frame (DHCP has 200 zeros) is dissected as a cut one, and the sender is blamed. Use -v, or xxd -g1.
source "$(dirname "$0")/support/lib.sh"
need text2pcap tshark hexdump od
installed=$(dpkg-query -W -f '${Version}' wireshark-common)
[ "$installed" = 4.0.17-0+deb12u3 ] || skip "wireshark-common is $installed, not 4.0.17-0+deb12u3"
debian xxd=2:9.0.1378-2+deb12u2
python - "$work/frame" <<'P'
import sys
open(sys.argv[1], "wb").write(bytes.fromhex("020000000001 020000000002 88b5") + b"fifty bytes of text before and five after the zeros." + bytes(196) + b"after.")
P
# lengths COMMAND...: the status of text2pcap, and the length of each packet, of this dump of the frame.
lengths() {
    local status=0
    rm -f "$work/a.pcap"
    "$@" "$work/frame" >"$work/dump"
    text2pcap "$work/dump" "$work/a.pcap" >/dev/null 2>&1 || status=$?
    echo "$status $(tshark -r "$work/a.pcap" -T fields -e frame.len 2>/dev/null | paste -sd ' ')"
}
expect "bytes of the frame" "$(wc -c <"$work/frame")" 268
expect "hexdump -C" "$(lengths hexdump -C)" "0 96"
expect "od -Ax -tx1" "$(lengths od -Ax -tx1)" "0 96"
expect "hexdump -vC" "$(lengths hexdump -vC)" "0 268"
expect "od -v" "$(lengths od -v -Ax -tx1)" "0 268"
expect "xxd -g1" "$(lengths xxd -g1)" "0 268"
expect "xxd" "$(lengths xxd)" "0 "
