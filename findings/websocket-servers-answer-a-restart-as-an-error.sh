#!/bin/bash
# faye-websocket 0.11.4 and websocket 1.0.35 (npm): close code 1012 is answered with 1002, or with 1000
#
# Guess: a server answers a Close frame with the code that it received (RFC 6455, 5.5.1), also 1012 to 1014 (Service Restart, Try Again Later, Bad
# Gateway), which the registry of IANA has.
# Observed: ws 8.23.0 does. faye-websocket answers 1012 and 1014 with 1002, a protocol error, and 1001 and 3000 as they are. websocket answers
# every code with 1000.
# Why it matters: a client that says why it leaves is counted as a faulty one, or as one that left for no reason; a proxy that hands the
# code of the answer on turns a restart into an error of the protocol.
source "$(dirname "$0")/support/lib.sh"
npm_packages ws@8.23.0 websocket@1.0.35 faye-websocket@0.11.4
out=$(javascript <<'J'
const http = require('http'), net = require('net'), { WebSocketServer } = require('ws'), Websocket = require('websocket'), Faye = require('faye-websocket');
const listen = server => new Promise(ready => server.listen(0, '127.0.0.1', () => ready(server.address().port)));
const request = ['GET / HTTP/1.1', 'Host: a', 'Upgrade: websocket', 'Connection: Upgrade', 'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
    'Sec-WebSocket-Version: 13', '', ''].join('\r\n');
const answer = (port, code) => new Promise(done => {
    let text = Buffer.alloc(0), asked = false;
    const client = net.connect(port, '127.0.0.1', () => client.write(request));
    client.on('error', () => {}).on('data', data => {
        text = Buffer.concat([text, data]);
        const end = text.indexOf('\r\n\r\n') + 4;
        if (end > 3 && !asked) {
            asked = true;
            client.write(Buffer.from([0x88, 0x82, 0, 0, 0, 0, code >> 8, code & 255])); // a masked Close, with a mask of zeros
        }
        if (end > 3 && text.length >= end + 4) {
            client.destroy();
            done(text.readUInt16BE(end + 2));
        }
    });
});
(async () => {
    const faye = http.createServer().on('upgrade', (...all) => new Faye(...all));
    const websocket = http.createServer();
    new Websocket.server({ httpServer: websocket, autoAcceptConnections: true });
    const ws = http.createServer();
    new WebSocketServer({ server: ws });
    for (const [name, server] of Object.entries({ ws, faye, websocket })) {
        const port = await listen(server), codes = [];
        for (const code of [1001, 1012, 1014, 3000]) codes.push(await answer(port, code));
        console.log(name, codes.join(' '));
    }
    process.exit();
})();
J
)
expect "answers to 1001, 1012, 1014, 3000" "$out" "ws 1001 1012 1014 3000
faye 1001 1002 1002 3000
websocket 1000 1000 1000 1000"
