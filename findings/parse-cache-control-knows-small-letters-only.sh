#!/bin/bash
# parse-cache-control 1.0.1 (npm): "Max-Age=60" is not max-age, values lose their capital letters, and an empty element spoils it all
#
# Guess: names of directives are read without regard to case (RFC 9111, 5.2), texts in quotes are kept, and empty elements of a list are
# ignored (RFC 9110, 5.6.1).
# Observed: the member is "Max-Age" with the text "60", where max-age would be a number; no-cache="X-Token" is "x-token"; "max-age=60,,
# no-store" is null.
# Why it matters: a device whose server writes capital letters gets a response that is never cached, or one with no-store that is kept.
source "$(dirname "$0")/support/lib.sh"
npm_packages parse-cache-control@1.0.1
out=$(javascript <<'J'
const parse = require('parse-cache-control');
for (const text of ['max-age=60', 'Max-Age=60, No-Store', 'no-cache="X-Token"', 'max-age=60,, no-store']) {
    console.log(JSON.stringify(parse(text)));
}
J
)
expect "fields" "$out" '{"max-age":60}
{"Max-Age":"60","No-Store":true}
{"no-cache":"x-token"}
null'
