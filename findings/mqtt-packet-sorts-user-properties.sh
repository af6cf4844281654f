#!/bin/bash
# mqtt-packet 9.0.2 (npm): the order of user properties changes on the way through
#
# Guess: three user properties 2=1, 1=2, 2=3 come out of the parser, and out of generate() again, in their order: a server MUST maintain the
# order when it forwards a message (MQTT 5.0, 3.3.2.3.7, MQTT-3.3.2-18).
# Observed: the parser makes an object of them, {1: "2", 2: ["1", "3"]}; generated again they are 2=1, 2=3 next to each other, or sorted as
# numbers. Which one came first cannot be told.
# Why it matters: mqtt.js and the brokers in Node use this package. A protocol that sends a trace or a list of hops as repeated properties
# loses its order at the first such broker or client.
source "$(dirname "$0")/support/lib.sh"
npm_packages mqtt-packet@9.0.2
out=$(javascript <<'J'
const mqtt = require('mqtt-packet');
const property = (name, value) => Buffer.from([0x26, 0, 1, name.charCodeAt(0), 0, 1, value.charCodeAt(0)]);
const names = bytes => bytes.toString('latin1').split('&').slice(1).map(text => text[2] + '=' + text[5]).join(' ');
for (const list of [['2=1', '1=2', '2=3'], ['b=1', 'a=2', 'b=3']]) {
    const properties = Buffer.concat(list.map(text => property(text[0], text[2])));
    const wire = Buffer.concat([Buffer.from([0x30, 4 + properties.length, 0, 1, 0x61, properties.length]), properties]);
    const parser = mqtt.parser({ protocolVersion: 5 });
    parser.on('packet', packet => console.log(names(wire), '->', names(mqtt.generate(packet, { protocolVersion: 5 }))));
    parser.parse(wire);
}
J
)
expect "properties as received and as sent on" "$out" "2=1 1=2 2=3 -> 1=2 2=1 2=3
b=1 a=2 b=3 -> b=1 b=3 a=2"
