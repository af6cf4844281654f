#!/bin/bash
# Node.js 20 and Linux (seen with 6.18), UDP: disconnect() takes away the port that bind(0) gave
#
# Guess: socket.disconnect() (connect() with AF_UNSPEC below it) ends the association; the socket goes on under the port that it was bound to.
# Observed: after bind(0), connect and disconnect the socket has no port: address() says 0, peers that know the old one reach nobody, and the
# next send() goes out from another port. A socket that was bound to a number keeps it. Linux locks a port that was asked for by number alone.
# Why it matters: servers that take any free port and announce it (tests, DNS-SD, TFTP, RTP) are silently gone after one connect and
# disconnect. Bind to a number, or keep a second socket for the connected exchange.
source "$(dirname "$0")/support/lib.sh"
need node
[[ $(node --version) == v20.* ]] || skip "Node.js 20 is needed"
mkdir -p "$work/npm"
out=$(javascript <<'J'
const dgram = require('dgram'), { once } = require('events');
async function ports(wanted) {
    const socket = dgram.createSocket('udp4').bind(wanted, '127.0.0.1');
    await once(socket, 'listening');
    const before = socket.address().port;
    socket.connect(9, '127.0.0.1');
    await once(socket, 'connect');
    socket.disconnect();
    const after = socket.address().port;
    socket.close();
    return [before, after];
}
(async () => {
    const [before, after] = await ports(0);
    console.log('bind(0):', before > 0, after);
    const [asked, kept] = await ports(before);
    console.log('bind(number):', asked === before, kept === before);
})();
J
)
expect "a port before and after" "$out" $'bind(0): true 0\nbind(number): true true'
out=$(python - <<'P'
import ctypes, socket, struct
own = socket.socket(type=socket.SOCK_DGRAM)
own.bind(("127.0.0.1", 0))
own.connect(("127.0.0.1", 9))
ctypes.CDLL(None).connect(own.fileno(), struct.pack("H14x", socket.AF_UNSPEC), 16)
print(own.getsockname()[1])
P
)
expect "the port after the system calls alone" "$out" 0
