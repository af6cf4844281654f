#!/bin/bash
# influx-line-protocol-parser 0.2.0 (npm): a field with a space or a comma in its quoted text is lost
#
# Guess: m v=1i,s="x y" 10 has the fields v = 1 and s = "x y" and the time 10; a\ b in a tag is "a b".
# Observed: the text and the time are missing; the escaped space of the tag is read as #c#, and there the number is lost as well. Without
# a space everything is there.
# Why it matters: the most common field of an event, a sentence, is lost with its time, without an error.
source "$(dirname "$0")/support/lib.sh"
npm_packages influx-line-protocol-parser@0.2.0
out=$(javascript <<'JS'
const parser = require("influx-line-protocol-parser"), parse = parser.default || parser;
for (const line of ['m v=1i,s="xy" 10', 'm v=1i,s="x y" 10', 'm,t=a\\ b v=1i 10'])
    console.log(JSON.stringify(parse(line)));
JS
)
expect "text without a space, with one, and a tag with one" "$out" '{"timestamp":10,"measurement":"m","fields":[{"v":1},{"s":"xy"}],"tags":[]}
{"measurement":"m","fields":[{"v":1},{}],"tags":[]}
{"measurement":"m","fields":[{}],"tags":[{"t":"a#c#"}]}'
