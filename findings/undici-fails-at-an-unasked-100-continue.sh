#!/bin/bash
# undici 7.30.2 (npm) and fetch of Node.js 20: an interim response 100 that was not asked for is an error
#
# Guess: a client must be able to parse one or more 1xx responses before the final one, even if it does not expect one (RFC 9110, 15.2).
# Observed: 102 and 103 are skipped. After 100 Continue the request fails, UND_ERR_SOCKET ("bad response"). http.get of Node,
# http.client, curl and wget go on to the final response.
# Why it matters: small servers on boards and old gateways send 100 Continue before each answer; they work with every client but fetch. Use
# http.get for them.
source "$(dirname "$0")/support/lib.sh"
need node curl
[[ $(node --version) == v20.* ]] || skip "Node.js 20 is needed"
npm_packages undici@7.30.2
out=$(javascript <<'J'
const net = require('net'), http = require('http'), undici = require('undici'), { execFileSync } = require('child_process');
const serve = status => new Promise(ready => {
    const server = net.createServer(socket => socket.once('data', () =>
        socket.end(`HTTP/1.1 ${status}\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nhi`)).on('error', () => {}));
    server.listen(0, '127.0.0.1', () => ready(`http://127.0.0.1:${server.address().port}/`));
});
const status = promise => promise.then(answer => answer.statusCode ?? answer.status, error => error.code ?? error.cause?.code);
(async () => {
    for (const interim of ['100 Continue', '102 Processing', '103 Early Hints']) {
        const url = await serve(interim);
        console.log(interim, await status(undici.request(url)), await status(fetch(url)),
            await status(new Promise((done, failed) => http.get(url, done).on('error', failed))));
    }
    process.exit();
})();
J
)
expect "undici.request, fetch of Node, http.get" "$out" "100 Continue UND_ERR_SOCKET UND_ERR_SOCKET 200
102 Processing 200 200 200
103 Early Hints 200 200 200"
