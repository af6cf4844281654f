#!/bin/bash
# mqtt 5.16.0 (npm): two clients that are made with one options object have one client identifier
#
# Guess: connect(options) reads the options; the identifier is made up anew for each client that names none.
# Observed: connect() writes clientId into the caller's object, so the second client uses that of the first. The broker closes the first
# (MQTT-3.1.4-3), it connects anew after a second, the second is closed, and so on. Neither reports an error.
# Why it matters: a program with a client for publishing and one for subscribing loses messages in both, and looks as if the network were bad.
# Pass a copy of the options, or an identifier.
source "$(dirname "$0")/support/lib.sh"
npm_packages mqtt@5.16.0
out=$(javascript <<'J'
const net = require('net'), mqtt = require('mqtt'), packets = require('mqtt-packet');
const clients = new Map();
let evicted = 0;
const broker = net.createServer(socket => { // the identifiers and the eviction of a broker
    const parser = packets.parser();
    parser.on('packet', packet => {
        if (packet.cmd !== 'connect') return;
        if (clients.has(packet.clientId)) {
            evicted++;
            clients.get(packet.clientId).destroy();
        }
        clients.set(packet.clientId, socket);
        socket.write(packets.generate({ cmd: 'connack', returnCode: 0, sessionPresent: false }));
    });
    socket.on('data', data => parser.parse(data)).on('error', () => {});
});
broker.listen(0, '127.0.0.1', async () => {
    const options = { host: '127.0.0.1', port: broker.address().port };
    const first = await mqtt.connectAsync(options);
    console.log('written into the options:', Object.keys(options).includes('clientId'));
    const second = await mqtt.connectAsync(options);
    console.log('one identifier:', first.options.clientId === second.options.clientId);
    const { clientId, ...copy } = options;
    const third = await mqtt.connectAsync({ ...copy });
    console.log('with a copy without it:', first.options.clientId === third.options.clientId);
    while (evicted < 3) await new Promise(done => setTimeout(done, 50));
    console.log('evicted', evicted, 'times');
    process.exit();
});
J
)
expect "clients" "$out" "written into the options: true
one identifier: true
with a copy without it: false
evicted 3 times"
