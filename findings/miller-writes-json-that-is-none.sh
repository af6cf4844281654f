#!/bin/bash
# Miller 6.6.0 (Debian miller 6.6.0-2+b3): mlr --icsv --ojson writes 0x10 and 00e1 without quotation marks
#
# Guess: what is a number of JSON is written as one, everything else as a text, as 007, +5 and 1_000 are.
# Observed: what Miller takes for a number is written as it stands: 0x10, 00e1, .5, 5. and 0b11, also when the CSV file has quotation marks
# around it. None of these is JSON (RFC 8259, 6), parsers refuse the file, and the exit status is 0. -S makes texts of all.
# Why it matters: a table of devices with registers in hexadecimal, or one serial number of digits and a single e among thousands, cannot be
# read any more after the conversion. Use -S.
source "$(dirname "$0")/support/lib.sh"
debian miller=6.6.0-2+b3
# converted VALUE OPTION...: how the value is written in JSON, and whether a parser takes it.
converted() {
    local value=$1
    shift
    printf 'a\n%s\n' "$value" | mlr "$@" --icsv --ojson cat >"$work/json"
    sed -n 's/^ *"a": //p' "$work/json" | tr '\n' ' '
    python -c 'import json, sys; json.load(sys.stdin); print("read")' <"$work/json" 2>/dev/null || echo refused
}
expect "21.50" "$(converted 21.50)" "21.50 read"
expect "007" "$(converted 007)" '"007" read'
expect "0x10" "$(converted 0x10)" "0x10 refused"
expect "00e1" "$(converted 00e1)" "00e1 refused"
expect "\"00e1\"" "$(converted '"00e1"')" "00e1 refused"
expect ".5" "$(converted .5)" ".5 refused"
expect "0b11" "$(converted 0b11)" "0b11 refused"
expect "00e1 with -S" "$(converted 00e1 -S)" '"00e1" read'
