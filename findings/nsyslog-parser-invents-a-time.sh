#!/bin/bash
# nsyslog-parser 0.10.1 (npm): the nil value of RFC 5424 is the present time, or the text -
#
# Guess: <34>1 - - - - - - has no time, host, application and process (RFC 5424 6: NILVALUE), so these are null or missing; a value
# [a@1 k="v\]"] is v] (6.3.3: the backslash escapes).
# Observed: the time is the moment of parsing, the others are the text "-", and the backslash stays in the value.
# Why it matters: records without a clock (a board before NTP) get a time that nobody sent, and all devices without a name are the
# host -.
source "$(dirname "$0")/support/lib.sh"
npm_packages nsyslog-parser@0.10.1
out=$(javascript <<'JS'
const parse = require("nsyslog-parser"), nil = parse("<34>1 - - - - - - "), before = Date.now() - 60000;
console.log(new Date(nil.ts).getTime() > before, nil.host, nil.pid);
console.log(parse('<34>1 2003-10-11T22:14:15Z h a p m [a@1 k="v\\]"] x').structuredData[0].k);
JS
)
expect "nil time within a minute of now, host, process; an escaped value" "$out" 'true - -
v\]'
