#!/bin/bash
# asc2log and log2asc 2020.11.0 (Debian can-utils 2020.11.0-1): a log that goes through both is of today
#
# Guess: the pair is there and back: the ASC file has the date in its head, so the absolute times survive.
# Observed: asc2log cannot read the date that log2asc wrote ("Sun Sep 13 12:26:40 2020"; it looks for am or pm) and takes the present time
# instead, with a note on stderr and status 0. The interface vcan0 has become can1.
# Why it matters: recordings that were converted for a tool and back are in the order of their conversion, and no longer match other logs of
# the same drive. Keep the original.
source "$(dirname "$0")/support/lib.sh"
debian can-utils=2020.11.0-1
printf '(1600000000.000000) can0 123#1122\n(1600000000.250000) vcan0 124#R4\n' >"$work/a.log"
log2asc -I "$work/a.log" -O "$work/a.asc" can0 vcan0
expect "head of the ASC file" "$(head -1 "$work/a.asc" | tr -d '\r')" "date Sun Sep 13 12:26:40 2020"
before=$(date +%s)
asc2log -I "$work/a.asc" -O "$work/b.log" 2>"$work/errors"
expect "on stderr" "$(tail -1 "$work/errors")" "Not able to determine original log file date. Using current time."
expect "the log, without times" "$(sed 's/^([^)]*) //' "$work/b.log")" $'can0 123#1122 R\ncan1 124#R4 R'
seconds=$(sed -n '1s/^(\([0-9]*\)\..*/\1/p' "$work/b.log")
expect "its first time" "$([ "$seconds" -ge "$before" ] && [ "$seconds" -le "$(date +%s)" ] && echo now)" now
