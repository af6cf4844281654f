#!/bin/bash
# Mosquitto 2.0.11 (Debian mosquitto 2.0.11-1.2+deb12u2): two subscriptions that match one message
#
# Guess: one delivery with the higher QoS of both (MQTT 3.1.1, 3.3.5), and the same for MQTT 5.
# Observed: of a/# with QoS 1 and a/+ with QoS 0, MQTT 3.1.1 delivers once, with QoS 0; MQTT 5 delivers twice, with QoS 0 and 1.
# aedes 1.2.0 (npm) delivers once, with QoS 1.
# Why it matters: a client with two such filters loses the guarantee of QoS 1 with one version and handles messages twice with the other.
# Use filters that do not overlap.
source "$(dirname "$0")/support/lib.sh"
debian mosquitto=2.0.11-1.2+deb12u2 libmosquitto1=2.0.11-1.2+deb12u2
npm_packages mqtt@5.16.0 aedes@1.2.0
port=$(free_port)
printf 'listener %s 127.0.0.1\nallow_anonymous true\n' "$port" >"$work/mosquitto.conf"
start mosquitto -c "$work/mosquitto.conf"
wait_tcp "$port"
out=$(PORT=$port javascript <<'J'
const mqtt = require('mqtt'), net = require('net'), { Aedes } = require('aedes');
async function deliveries(port, protocolVersion) {
    const client = await mqtt.connectAsync({ host: '127.0.0.1', port, protocolVersion });
    const seen = [];
    const last = new Promise(done => client.on('message', (topic, payload, packet) => topic === 'end' ? done() : seen.push(packet.qos)));
    await client.subscribeAsync('a/#', { qos: 1 });
    await client.subscribeAsync('a/+', { qos: 0 });
    await client.subscribeAsync('end', { qos: 1 });
    await client.publishAsync('a/b', 'x', { qos: 1 });
    await client.publishAsync('end', '', { qos: 1 });
    await last;
    await client.endAsync();
    return 'QoS ' + seen.sort().join('+');
}
(async () => {
    console.log(await deliveries(Number(process.env.PORT), 4));
    console.log(await deliveries(Number(process.env.PORT), 5));
    const broker = await Aedes.createBroker();
    const server = net.createServer(broker.handle).listen(0, '127.0.0.1', async () => {
        console.log(await deliveries(server.address().port, 4));
        process.exit();
    });
})();
J
)
expect "Mosquitto 3.1.1, Mosquitto 5, aedes 3.1.1" "$out" $'QoS 0\nQoS 0+1\nQoS 1'
