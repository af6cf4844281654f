#!/bin/bash
# siege 4.0.7 (Debian siege 4.0.7-1+b1): one client and one repetition of one URL are four requests, and four transactions in the report
#
# Guess: `siege -c 1 -r 1 URL` asks for that URL once, as ab, wrk and httperf do; pages are data for a load generator.
# Observed: the answer is read as HTML, and what its img, script and link elements name is fetched too: the server gets four requests, and the
# report says "transactions": 4. With --no-parser it is one. A page without such elements is one transaction as well.
# Why it matters: requests a second of siege and of other tools cannot be compared on HTML, and the mean response time is that of small files; a
# server on a small board gets a burst of requests that nobody asked for.
source "$(dirname "$0")/support/lib.sh"
debian siege=4.0.7-1+b1
serve python -c '
import http.server
class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        body = b"plain"
        if self.path == "/page":
            body = b"<html><link rel=\"stylesheet\" href=\"/c.css\"><script src=\"/b.js\"></script><img src=\"/a.png\"></html>"
        self.send_response(200)
        self.send_header("Content-Type", "text/html" if self.path == "/page" else "text/plain")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
        print(self.path, flush=True)
    def log_message(self, *arguments):
        pass
server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
print(server.server_port, flush=True)
server.serve_forever()'
mkdir "$work/home"
ask() {
    local before
    before=$(wc -l <"$work/served.log")
    HOME=$work/home timeout 30 siege -c 1 -r 1 "$@" 2>/dev/null | sed -n 's/.*"transactions":[^0-9]*\([0-9]*\),.*/transactions \1/p'
    tail -n "+$((before + 1))" "$work/served.log" | LC_ALL=C sort | paste -sd ' '
}
expect "/page" "$(ask "http://127.0.0.1:$port/page")" $'transactions 4\n/a.png /b.js /c.css /page'
expect "/page with --no-parser" "$(ask --no-parser "http://127.0.0.1:$port/page")" $'transactions 1\n/page'
expect "/other" "$(ask "http://127.0.0.1:$port/other")" $'transactions 1\n/other'
