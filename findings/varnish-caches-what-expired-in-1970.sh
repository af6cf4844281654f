#!/bin/bash
# Varnish 7.1.1 (Debian varnish 7.1.1-2+deb12u1): an answer that expired at the start of 1970 is cached for two minutes
#
# Guess: "Expires: Thu, 01 Jan 1970 00:00:00 GMT", the usual way to say "do not cache", is in the past, and each request goes to the server.
# Observed: the second request gets the first answer from the cache. With "Sat, 01 Jan 2000 00:00:00 GMT" or one second after the start of 1970
# each request is fetched. Second 0 is taken for a missing date, and an answer without one is kept for the default of 120 s.
# Why it matters: states and login pages of servers that write time 0 (many frameworks, and boards whose clock is not set) are shown for two
# minutes, to all clients. Send "Cache-Control: no-store" beside it.
source "$(dirname "$0")/support/lib.sh"
debian varnish=7.1.1-2+deb12u1 libvarnishapi3=7.1.1-2+deb12u1 libedit2=3.1-20221030-2 libbsd0=0.11.7-2 libpcre2-8-0=10.42-1+deb12u2
cat >"$work/server.py" <<'P'
import http.server, sys
count = 0
class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    def do_GET(self):
        global count
        count += 1
        body = str(count).encode()
        self.send_response(200)
        if self.path in fields:
            self.send_header(*fields[self.path])
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
    def log_message(self, *arguments):
        pass
fields = dict(zip(sys.argv[1::2], (each.split(": ", 1) for each in sys.argv[2::2])))
server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
print(server.server_port, flush=True)
server.serve_forever()
P
serve python "$work/server.py" /0 "Expires: Thu, 01 Jan 1970 00:00:00 GMT" /1 "Expires: Thu, 01 Jan 1970 00:00:01 GMT" /2000 "Expires: Sat, 01 Jan 2000 00:00:00 GMT"
varnish=$(free_port)
need gcc
printf 'vcl 4.1;\nbackend default { .host = "127.0.0.1"; .port = "%s"; }\n' "$port" >"$work/default.vcl"
mkdir "$work/varnish"
start varnishd -F -n "$work/varnish" -a "127.0.0.1:$varnish" -f "$work/default.vcl" -p "vmod_path=$root/usr/lib/x86_64-linux-gnu/varnish/vmods" -j none -T none
wait_tcp "$varnish"
expect "second answer" "$(python - "$varnish" <<'P'
import sys, time, urllib.request
def ask(path):
    with urllib.request.urlopen("http://127.0.0.1:%s%s" % (sys.argv[1], path), timeout=20) as answer:
        return answer.read()
for path in ("/0", "/1", "/2000", "/none"):
    first = ask(path)
    time.sleep(1.5)
    print(path, "cached" if ask(path) == first else "fetched")
P
)" '/0 cached
/1 fetched
/2000 fetched
/none cached'
