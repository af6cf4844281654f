#!/bin/bash
# gpsdecode of gpsd 3.22 (Debian gpsd-clients 3.22-4.1+deb12u1): "turn" of an AIS report is a number or a word
#
# Guess: in the scaled JSON each field has one type; a rate of turn that is unknown or beyond the scale is null, or left out.
# Observed: "turn" is 0 for one ship and "fastleft" for another ("fastright" and "nan" are possible). With -u it is a number always, and
# speed, course and position are numbers in units of their own.
# Why it matters: a typed reader (System.Text.Json, a table of a database) takes reports for hours and fails at the first ship that turns
# sharply. Read the field as text.
source "$(dirname "$0")/support/lib.sh"
debian gpsd-clients=3.22-4.1+deb12u1 libusb-1.0-0=2:1.0.26-1 libbluetooth3=5.66-1+deb12u2
decode() {
    printf '!AIVDM,1,1,,B,177KQJ5000G?tO`K>RA1wUbN0TKH,0*5C\n!AIVDM,1,1,,A,15RTgt0PAso;90TKcjM8h6g208CQ,0*4A\n' | gpsdecode "$@" |
        python -c '
import json, sys
for line in sys.stdin:
    report = json.loads(line)
    print(repr(report["turn"]), report["speed"])'
}
expect "turn and speed of two ships" "$(decode)" $'0 0.0\n\'fastleft\' 12.3'
expect "with -u" "$(decode -u)" $'0 0\n-127 123'
