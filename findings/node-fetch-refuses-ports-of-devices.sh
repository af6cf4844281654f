#!/bin/bash
# Node.js 20 and undici 7.30.2 (npm), fetch: some ports are refused before anything is sent
#
# Guess: the list of ports that browsers do not open is a matter of web pages; a program on a server may fetch from any port.
# Observed: fetch() to 6667, 6668, 5060, 10080 or 6000 fails with "bad port" (Fetch standard, 2.9). http.get and undici.request of the
# same package connect.
# Why it matters: devices of a home listen on such ports (6668, 5060, 10080). curl reaches them, the program does not, and the message names
# neither the port nor the list.
source "$(dirname "$0")/support/lib.sh"
need node
[[ $(node --version) == v20.* ]] || skip "Node.js 20 is needed"
npm_packages undici@7.30.2
out=$(javascript <<'J'
const undici = require('undici'), http = require('http');
const result = promise => promise.then(() => 'answered', error => error.cause?.message ?? error.code);
const get = url => new Promise((done, failed) => http.get(url, done).on('error', failed));
(async () => {
    const agent = new undici.Agent({ connect: (options, callback) => callback(Object.assign(new Error(), { code: 'ECONNREFUSED' })) });
    for (const port of [6667, 6668, 5060, 10080, 6000, 8080]) {
        const url = `http://127.0.0.1:${port}/`;
        const refused = text => /ECONNREFUSED|^$/.test(text) ? 'tries to connect' : text;
        console.log(port, refused(await result(undici.fetch(url, { dispatcher: agent }))), '|', refused(await result(undici.request(url, { dispatcher: agent }))));
    }
    console.log('fetch of Node', await result(fetch('http://127.0.0.1:6667/')));
    process.exit();
})();
J
)
expect "port, fetch | request" "$out" "6667 bad port | tries to connect
6668 bad port | tries to connect
5060 bad port | tries to connect
10080 bad port | tries to connect
6000 bad port | tries to connect
8080 tries to connect | tries to connect
fetch of Node bad port"
