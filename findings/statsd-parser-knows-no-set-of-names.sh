#!/bin/bash
# statsd-parser 0.0.4 (npm): a member of a set must be a number, and three packed values are a name with colons
#
# Guess: "users:joe|s" is a set with the member "joe", since a set counts different texts, and several values in one line (a:1:2:3|ms, as
# DogStatsD and statsd_exporter take them) are parsed or refused as a whole.
# Observed: only numbers are taken for a set, another member gives null. "a:1:2:3|ms" is the value 3 of the metric "a:1:2".
# Why it matters: a relay drops the sets of names and makes new metrics of packed values; nothing fails.
source "$(dirname "$0")/support/lib.sh"
npm_packages statsd-parser@0.0.4
out=$(javascript <<'J'
const { matchStatsd } = require('statsd-parser');
for (const line of ['users:765|s', 'users:joe|s', 'a:1:2:3|ms']) {
    console.log(line, JSON.stringify(matchStatsd(line)));
}
J
)
expect "lines" "$out" 'users:765|s {"stat":"users","value":"765","type":"s"}
users:joe|s null
a:1:2:3|ms {"stat":"a:1:2","value":"3","type":"ms"}'
