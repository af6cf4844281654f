#!/bin/bash
# Node.js 20, dgram: a socket of type udp6 receives from IPv4 and cannot send to an IPv4 address
#
# Guess: a udp6 socket without ipv6Only is a dual-stack socket, as net's are: send() to 127.0.0.1 goes out as ::ffff:127.0.0.1, or the
# documentation's "dual-stack support" is not there at all.
# Observed: a datagram of an IPv4 client arrives, and rinfo.address is ::ffff:127.0.0.1. send() to "127.0.0.1" fails with EINVAL, to
# "::ffff:127.0.0.1" it works.
# Why it matters: a server that answers rinfo works; one that sends to an address of its configuration, of DNS-SD or of a message fails with an
# "invalid argument", for IPv4 alone. Put ::ffff: in front, or open a socket for each family.
source "$(dirname "$0")/support/lib.sh"
need node
[[ $(node --version) == v20.* ]] || skip "Node.js 20 is needed"
mkdir -p "$work/npm"
out=$(javascript <<'J'
const dgram = require('dgram'), { once } = require('events');
(async () => {
    const client = dgram.createSocket('udp4').bind(0, '127.0.0.1'), server = dgram.createSocket('udp6').bind(0);
    await Promise.all([once(client, 'listening'), once(server, 'listening')]);
    client.send('question', server.address().port, '127.0.0.1');
    const [, from] = await once(server, 'message');
    console.log(from.address);
    for (const address of ['127.0.0.1', '::ffff:127.0.0.1'])
        console.log(address, await new Promise(done => server.send('answer', client.address().port, address, error => done(error ? error.code : 'sent'))));
    process.exit();
})();
J
)
expect "address of the client, send() to both forms of it" "$out" $'::ffff:127.0.0.1\n127.0.0.1 EINVAL\n::ffff:127.0.0.1 sent'
