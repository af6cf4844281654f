#!/bin/bash
# mqtt 5.16.0 (npm): subscribing again to the same filter sends nothing, and the callback reports success
#
# Guess: each subscribe() is a SUBSCRIBE; a broker must answer a repeated one by sending the retained messages again (MQTT 3.1.1, 3.8.4-3),
# which is how a client asks for the present state.
# Observed: Mosquitto sees one SUBSCRIBE for two calls, and the retained message comes once. After unsubscribe() it comes again.
# Why it matters: a part of a program that subscribes later (a second page, a new component) waits for the retained state in vain, since
# another part subscribed before.
source "$(dirname "$0")/support/lib.sh"
debian mosquitto=2.0.11-1.2+deb12u2 libmosquitto1=2.0.11-1.2+deb12u2
npm_packages mqtt@5.16.0
port=$(free_port)
printf 'listener %s 127.0.0.1\nallow_anonymous true\n' "$port" >"$work/mosquitto.conf"
start mosquitto -v -c "$work/mosquitto.conf"
wait_tcp "$port"
out=$(PORT=$port javascript <<'J'
const mqtt = require('mqtt');
(async () => {
    const client = await mqtt.connectAsync({ host: '127.0.0.1', port: Number(process.env.PORT) });
    let retained = 0;
    const end = () => new Promise(done => {
        client.once('message', function look(topic) { topic === 'end' ? done() : client.once('message', look); });
        client.publish('end', 'x');
    });
    client.on('message', (topic, payload, packet) => packet.retain && retained++);
    await client.publishAsync('state', 'on', { retain: true });
    await client.subscribeAsync('end');
    const counts = [];
    for (const before of ['', '', 'unsubscribe']) {
        if (before) await client.unsubscribeAsync('state');
        await client.subscribeAsync('state');
        await end();
        counts.push(retained);
    }
    console.log(counts.join(' '));
    process.exit();
})();
J
)
expect "retained messages after one call, two, and a third after unsubscribe" "$out" "1 1 2"
expect "SUBSCRIBE packets at the broker, with that for the end" "$(grep -c 'Received SUBSCRIBE' "$work/started.log")" 3
