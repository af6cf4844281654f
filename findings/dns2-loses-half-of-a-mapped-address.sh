#!/bin/bash
# dns2 3.1.1 (npm): the AAAA record of ::ffff:1.2.3.4 is written as ::ffff:1
#
# Guess: every text of RFC 4291, 2.2 is an address, also the form with four decimal numbers at the end; otherwise an error.
# Observed: the record that is sent holds another address, without an error: the four numbers count as one group, and what follows the
# first dot is lost. ::ffff:102:304, the same address, is right.
# Why it matters: getpeername() of a dual-stack socket gives this form (IPAddress.ToString too), so a name server on dns2 that tells clients
# their own address answers with one that is nobody's.
source "$(dirname "$0")/support/lib.sh"
npm_packages dns2@3.1.1 dns-packet@5.6.1
out=$(javascript <<'J'
const { Packet } = require('dns2'), dnsPacket = require('dns-packet');
for (const address of ['::ffff:1.2.3.4', '::ffff:102:304']) {
    const packet = new Packet();
    packet.header.qr = 1;
    packet.answers.push({ name: 'a', type: Packet.TYPE.AAAA, class: Packet.CLASS.IN, ttl: 1, address });
    console.log(address, dnsPacket.decode(packet.toBuffer()).answers[0].data);
}
J
)
expect "the address given and the address sent" "$out" "::ffff:1.2.3.4 ::ffff:1
::ffff:102:304 ::ffff:102:304"
