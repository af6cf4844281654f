#!/bin/bash
# nmea-simple 3.3.0 (npm): an empty field is the number 0, an empty time the year 1970
#
# Guess: receivers without a fix leave fields empty; they are null or NaN, as the package gps gives them.
# Observed: latitude and longitude are 0, 0, a heading that the compass did not give is north, a depth without an echo is 0 m, and
# the time of a void GLL is 1970-01-01.
# Why it matters: programs that do not look at the status field first draw a position in the Gulf of Guinea, and an alarm for
# shallow water rings.
source "$(dirname "$0")/support/lib.sh"
npm_packages nmea-simple@3.3.0
out=$(javascript <<'JS'
const { parseNmeaSentence } = require("nmea-simple");
const read = text => parseNmeaSentence(`$${text}*${[...text].reduce((sum, c) => sum ^ c.charCodeAt(0), 0).toString(16).toUpperCase().padStart(2, "0")}`);
const none = read("GPGLL,,,,,,V");
console.log(none.latitude + 0, none.longitude + 0, none.time.toISOString().slice(0, 10), read("GPHDT,,T").heading, read("GPDBT,,f,,M,,F").depthMeters);
JS
)
expect "void position and time, heading, depth" "$out" '0 0 1970-01-01 0 0'
