#!/bin/bash
# sntp 3.0.2 (npm): an unsynchronized server and a kiss-o'-death are valid times
#
# Guess: an answer with leap indicator 3 (alarm, the clock is not synchronized) or stratum 0 (kiss-o'-death, to be discarded: RFC 4330, 5)
# is rejected, or isValid is false.
# Observed: isValid is true in both cases, though the fields leapIndicator ("alarm") and stratum ("death") are read. The clock offset is
# that of the server's unset clock.
# Why it matters: a router that has just started answers so for its first minutes, with a time in 1970 or at its build; a program that trusts
# isValid moves its clock there. Check leapIndicator and stratum.
source "$(dirname "$0")/support/lib.sh"
npm_packages sntp@3.0.2
out=$(javascript <<'J'
const dgram = require('dgram'), sntp = require('sntp');
let first, stratum;
const server = dgram.createSocket('udp4');
server.on('message', (request, peer) => {
    const answer = Buffer.alloc(48), seconds = Math.floor(Date.now() / 1000) + 2208988800 + 1000;
    answer.set([first, stratum, 6]);
    request.copy(answer, 24, 40, 48);
    for (const at of [16, 32, 40]) answer.writeUInt32BE(seconds, at);
    server.send(answer, peer.port, peer.address);
});
server.bind(0, '127.0.0.1', async () => {
    for ([first, stratum] of [[0x24, 2], [0xe4, 2], [0x24, 0]]) {
        const time = await sntp.time({ host: '127.0.0.1', port: server.address().port, timeout: 5000 });
        console.log(time.leapIndicator, time.stratum, time.isValid);
    }
    process.exit();
});
J
)
expect "leap indicator, stratum, isValid" "$out" $'no-warning secondary true\nalarm secondary true\nno-warning death true'
