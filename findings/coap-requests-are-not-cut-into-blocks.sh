#!/bin/bash
# coap 1.5.0 (npm): a large answer travels in blocks, a large request fails
#
# Guess: block-wise transfer (RFC 7959) works in both directions: the server answers 3000 bytes in blocks, a client sends them so.
# Observed: the answer arrives whole, by Block2. A request of 3000 bytes fails with "Max packet size is 1280: current is ...", although the
# client's option Block1 exists; the program must cut the payload itself.
# Why it matters: a board that posts readings to a gateway works until the text is long enough. The limit is the library's, not the
# path's: UDP sockets of a pool send 65507 bytes.
source "$(dirname "$0")/support/lib.sh"
npm_packages coap@1.5.0
expect "answer of 3000 bytes; request of 3000 bytes" "$(javascript <<'J'
const coap = require('coap');
const server = coap.createServer((request, response) => response.end(Buffer.alloc(3000, 97)));
server.listen(0, '127.0.0.1', () => {
    const to = { host: '127.0.0.1', port: server._sock.address().port, pathname: '/x' };
    const get = coap.request(to);
    get.on('response', response => {
        const post = coap.request({ ...to, method: 'POST' });
        post.on('error', error => { console.log(response.payload.length + '; ' + error.message.split(':')[0]); process.exit(); });
        post.on('response', answer => { console.log(response.payload.length + '; sent'); process.exit(); });
        post.end(Buffer.alloc(3000, 97));
    });
    get.end();
});
J
)" "3000; Max packet size is 1280"
