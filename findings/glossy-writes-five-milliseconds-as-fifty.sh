#!/bin/bash
# glossy 0.1.7 (npm): 5 ms after the second is written as .05, and a priority of 0 has no facility
#
# Guess: a fraction of a second in RFC 5424 is a decimal fraction: 5 ms is .005. <0> is facility 0 (kern), severity 0 (emerg).
# Observed: 5 ms is .05 and 50 ms is .50, so 5 ms is read as 50 by every collector; parse() leaves facility and severity out for
# <0>.
# Why it matters: messages of one second are sorted wrongly, and the most urgent priority has no name.
source "$(dirname "$0")/support/lib.sh"
npm_packages glossy@0.1.7
out=$(javascript <<'JS'
const { Produce, Parse } = require("glossy");
const at = ms => new Produce().produce({ facility: "local4", severity: "error", host: "h", date: new Date(1e12 + ms), message: "m" });
console.log([5, 50, 500].map(ms => at(ms).match(/\.\d+Z/)[0]).join(" "));
Parse.parse("<0>1 2003-10-11T22:14:15Z h a p m - x", parsed => console.log(parsed.prival, parsed.facility, parsed.severity));
JS
)
expect "5, 50 and 500 ms; priority, facility and severity of <0>" "$out" '.05Z .50Z .500Z
0 undefined undefined'
