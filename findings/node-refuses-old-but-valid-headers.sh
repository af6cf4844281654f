#!/bin/bash
# Node.js 20, http: a folded header of a response is an error, and so is a tab after Content-Length
#
# Guess: a user agent replaces a fold by spaces (RFC 9112, 5.2); blanks and tabs around a value are not part of it (RFC 9110, 5.6.3, OWS).
# Observed: the fold is HPE_INVALID_HEADER_TOKEN, and nothing of the response is given. "Content-Length: 2<tab>" is
# HPE_INVALID_CONTENT_LENGTH; with a space it is 2, and a tab in front of the value or around other values is removed. http.client of Python,
# curl and HttpClient read both. With insecureHTTPParser the fold is read.
# Why it matters: old embedded servers fold or pad their headers; the page opens in curl and in a test in C#, and the program in Node
# reports a parse error.
source "$(dirname "$0")/support/lib.sh"
need node curl
[[ $(node --version) == v20.* ]] || skip "Node.js 20 is needed"
mkdir -p "$work/npm"
out=$(javascript <<'J'
const net = require('net'), http = require('http'), { execFile } = require('child_process');
const heads = {
    'fold': 'X-A: one\r\n two\r\nContent-Length: 2', 'space': 'Content-Length: 2 ', 'tab after': 'Content-Length: 2\t', 'tab before': 'Content-Length:\t2',
    'tab after another': 'X-A: one\t\r\nContent-Length: 2',
};
(async () => {
    for (const [name, head] of Object.entries(heads)) {
        const server = net.createServer(socket => socket.once('data', () => socket.end(`HTTP/1.1 200 OK\r\n${head}\r\n\r\nhi`)).on('error', () => {}));
        await new Promise(ready => server.listen(0, '127.0.0.1', ready));
        const url = `http://127.0.0.1:${server.address().port}/`;
        const get = options => new Promise(done => http.get(url, options, response => done(response.statusCode)).on('error', error => done(error.code)));
        const curl = await new Promise(done => execFile('curl', ['-s', '-m', '10', url], (error, text) => done(error ? `curl ${error.code}` : text)));
        console.log(`${name}: ${await get({})}, insecure ${await get({ insecureHTTPParser: true })}, curl ${curl}`);
    }
    process.exit();
})();
J
)
expect "http.get, with insecureHTTPParser, curl" "$out" "fold: HPE_INVALID_HEADER_TOKEN, insecure 200, curl hi
space: 200, insecure 200, curl hi
tab after: HPE_INVALID_CONTENT_LENGTH, insecure HPE_INVALID_CONTENT_LENGTH, curl hi
tab before: 200, insecure 200, curl hi
tab after another: 200, insecure 200, curl hi"
