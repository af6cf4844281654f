#!/bin/bash
# osc-js 2.4.1 and node-osc 11.7.1 (npm): 0.5 is sent as a float, 1.0 as an integer; osc 2.4.5 and osc-min 2.1.2 send both as floats
#
# Guess: a fader's values from 0.0 to 1.0 have one type on the wire, f.
# Observed: with osc-js and node-osc the type tag is ,f for 0.5 and ,i for 1.0 and 0.0, since these are whole numbers in JavaScript. With
# osc and osc-min it is ,f always, also for an index that is meant as an integer.
# Why it matters: a synthesizer or a board that matches on ",f" ignores the two ends of the fader, and only those. Give the type
# explicitly.
source "$(dirname "$0")/support/lib.sh"
npm_packages osc-js@2.4.1 node-osc@11.7.1 osc@2.4.5 osc-min@2.1.2
out=$(javascript <<'J'
const OSC = require('osc-js'), { Message, Server, Client } = require('node-osc'), osc = require('osc'), dgram = require('dgram');
const tag = bytes => Buffer.from(bytes.buffer ?? bytes, bytes.byteOffset ?? 0, bytes.byteLength).toString('latin1').match(/,[fi]/)[0];
(async () => {
    const { toBuffer } = await import('osc-min');
    const receiver = dgram.createSocket('udp4');
    await new Promise(ready => receiver.bind(0, '127.0.0.1', ready));
    const client = new Client('127.0.0.1', receiver.address().port);
    for (const value of [0.5, 1.0]) {
        const datagram = new Promise(got => receiver.once('message', got));
        client.send(new Message('/fader', value), () => {});
        console.log(value, tag(new OSC.Message('/fader', value).pack()), tag(await datagram),
            tag(osc.writePacket({ address: '/fader', args: [value] })), tag(toBuffer({ address: '/fader', args: [value] })));
    }
    process.exit();
})();
J
)
expect "value, osc-js, node-osc, osc, osc-min" "$out" "0.5 ,f ,f ,f ,f
1 ,i ,i ,f ,f"
