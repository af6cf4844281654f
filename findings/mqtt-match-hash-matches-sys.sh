#!/bin/bash
# mqtt-match 3.0.0 (npm): # matches topics that begin with $
#
# Guess: as MQTT 5.0, 4.7.2 (MQTT-4.7.2-1): a filter that begins with a wildcard does not match $SYS/broker/uptime, and a client
# that dispatches by it is in step with its broker.
# Observed: # and +/broker/uptime match.
# Why it matters: a client with subscriptions to # and to $SYS/# calls the handler of # for the statistics of the broker, which no
# broker would send there; in a stand-in of a broker, every subscriber of # gets them.
source "$(dirname "$0")/support/lib.sh"
npm_packages mqtt-match@3.0.0
out=$(javascript <<'JS'
import("mqtt-match").then(({ default: match }) =>
    console.log(match("#", "$SYS/broker/uptime"), match("+/broker/uptime", "$SYS/broker/uptime"), match("$SYS/#", "$SYS/broker/uptime")));
JS
)
expect "three filters beside a topic of SYS" "$out" 'true true true'
