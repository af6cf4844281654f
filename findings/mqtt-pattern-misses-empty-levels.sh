#!/bin/bash
# mqtt-pattern 2.1.1 (npm): + does not match an empty level, and exec knows fewer topics than matches
#
# Guess: as MQTT 5.0, 4.7.1.3: /finance matches +/+, sport/ matches sport/+; exec gives the parameters of every topic that matches.
# Observed: both are false. matches("a/#", "a") is true (the parent level is included); with a named parameter, exec("a/#rest", "a") is null.
# Why it matters: a broker delivers messages of devices that publish to /status, and a client that dispatches them with this package
# drops them.
source "$(dirname "$0")/support/lib.sh"
npm_packages mqtt-pattern@2.1.1
out=$(javascript <<'JS'
const { matches, exec } = require("mqtt-pattern");
console.log(matches("+/+", "/finance"), matches("sport/+", "sport/"), matches("sport/+", "sport/tennis"));
console.log(matches("a/#", "a"), exec("a/#rest", "a"));
JS
)
expect "two empty levels and a full one; the parent level" "$out" 'false false true
true null'
