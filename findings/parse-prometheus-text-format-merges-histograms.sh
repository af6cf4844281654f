#!/bin/bash
# parse-prometheus-text-format 1.1.1 (npm): a histogram with labels loses its labels, its sums and its counts
#
# Guess: a histogram of two devices (two values of a label) becomes two metrics, each with its buckets, count and sum, as in prom2json, which
# it names as its model.
# Observed: one metric, without labels, count and sum; its buckets are a mixture, the last one written for each limit. Without labels all
# is there. A text whose last line has no line feed loses that line.
# Why it matters: a gateway that forwards these numbers reports the requests of the last device as those of all.
source "$(dirname "$0")/support/lib.sh"
npm_packages parse-prometheus-text-format@1.1.1
out=$(javascript <<'J'
const parse = require('parse-prometheus-text-format');
const device = (labels, low, all) => `h_bucket{${labels}le="1"} ${low}\nh_bucket{${labels}le="+Inf"} ${all}\nh_sum{${labels}} 2\nh_count{${labels}} ${all}\n`;
for (const text of [device('', 1, 3), device('d="a",', 1, 3) + device('d="b",', 4, 5)]) {
    console.log(JSON.stringify(parse('# TYPE h histogram\n' + text)[0].metrics));
}
console.log(parse('a 1').length);
J
)
expect "without labels, two devices, no line feed" "$out" '[{"buckets":{"1":"1","+Inf":"3"},"count":"3","sum":"2"}]
[{"buckets":{"1":"4","+Inf":"5"}}]
0'
