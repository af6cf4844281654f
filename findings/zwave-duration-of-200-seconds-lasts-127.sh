#!/bin/bash
# @zwave-js/core 15.29.0 (npm): new Duration(200, "seconds") is 127 seconds; Duration.from("200s") is 3 minutes
#
# Guess: both make the same value, the next that Z-Wave has beyond 127 seconds (whole minutes, 3 or 4), or the constructor raises.
# Observed: the constructor cuts the number at 127 and keeps the unit, so 300 and 5400 seconds are 127 seconds too. The text is rounded to
# minutes.
# Why it matters: a light that shall dim over five minutes is dark after two, and the report agrees with the request. Use Duration.from with
# text, or give minutes above 127 seconds.
source "$(dirname "$0")/support/lib.sh"
npm_packages @zwave-js/core@15.29.0
out=$(javascript <<'J'
const { Duration } = require('@zwave-js/core');
for (const seconds of [100, 150, 200, 300, 5400]) {
    console.log(seconds, String(new Duration(seconds, 'seconds').toMilliseconds() / 1000), String(Duration.from(`${seconds}s`).toMilliseconds() / 1000));
}
J
)
expect "seconds asked, constructor, text" "$out" $'100 100 100\n150 127 180\n200 127 180\n300 127 300\n5400 127 5400'
