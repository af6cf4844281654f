#!/bin/bash
# Node.js 20, net.connect: of a host with two addresses, one that takes longer than 250 ms to connect is given up
#
# Guess: autoSelectFamily is Happy Eyeballs (RFC 8305, 5): after 250 ms the next address is tried as well, the first attempt goes on, and
# whichever connects first wins.
# Observed: the first attempt is ended after 250 ms. When the second address refuses, the result is an AggregateError, ETIMEDOUT, after
# a quarter of a second, though the first address would have connected after one second. With autoSelectFamily: false it connects.
# Why it matters: over satellite, GSM or a radio that sleeps, a handshake takes longer than 250 ms; a device with an IPv6 record that leads
# nowhere is then out of reach for every Node program (http, fetch, mqtt). Set autoSelectFamilyAttemptTimeout.
source "$(dirname "$0")/support/lib.sh"
need node
[[ $(node --version) == v20.* ]] || skip "Node.js 20 is needed"
# A listener whose queue is full until 0.5 s after the line on its input: Linux repeats the SYN that it dropped after 1 s.
cat >"$work/slow.py" <<'P'
import socket, sys, time
listener = socket.socket()
listener.bind(("127.0.0.1", 0))
listener.listen(0)
waiting = [socket.socket() for _ in range(3)]
for s in waiting:
    s.setblocking(False)
    s.connect_ex(listener.getsockname())
print(listener.getsockname()[1], flush=True)
sys.stdin.readline()
time.sleep(0.5)
while True:
    listener.accept()
P
mkdir -p "$work/npm"
out=$(javascript <<'J'
const net = require('net'), { spawn } = require('child_process');
async function attempt(options) {
    const listener = spawn('/usr/bin/python3', ['../slow.py']);
    const port = await new Promise(found => listener.stdout.once('data', text => found(Number(text))));
    const addresses = [{ address: '127.0.0.1', family: 4 }, { address: '::1', family: 6 }]; // nobody listens at the second
    const lookup = (host, { all }, found) => all ? found(null, addresses) : found(null, addresses[0].address, 4);
    const started = Date.now();
    listener.stdin.write('\n');
    const result = await new Promise(done => {
        const socket = net.connect({ host: 'board.example', port, lookup, ...options });
        socket.on('connect', () => done('connected'));
        socket.on('error', error => done(`${error.code} of ${error.errors.map(e => e.code)}, ${Date.now() - started < 900 ? 'before' : 'after'} 0.9 s`));
    });
    listener.kill();
    console.log(result);
}
(async () => {
    await attempt({});
    await attempt({ autoSelectFamily: false });
    await attempt({ autoSelectFamilyAttemptTimeout: 3000 });
    process.exit();
})();
J
)
expect "with defaults, without autoSelectFamily, with 3 s an attempt" "$out" $'ETIMEDOUT of ETIMEDOUT,ECONNREFUSED, before 0.9 s\nconnected\nconnected'
