#!/bin/bash
# Varnish 7.1.1 (Debian varnish 7.1.1-2+deb12u1): an answer with max-age=1 is served when it is 3 seconds old, must-revalidate or not
#
# Guess: after its max-age an answer is fetched anew before it is served, and with must-revalidate in any case.
# Observed: with the default configuration the request after 3 s gets the old answer (Age: 3), and only the one after it the new one, which was
# fetched in the background. "max-age=1, must-revalidate" changes nothing. The grace is 10 s. max-age=0 is never cached.
# Why it matters: a sensor that is read each 5 s with max-age=1 shows through Varnish the value of the reading before, always 5 s old; a test that waits
# for max-age and reads once sees the old state. `-p default_grace=0` gives what the header says.
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
serve python "$work/server.py" /one "Cache-Control: max-age=1" /must "Cache-Control: max-age=1, must-revalidate" /zero "Cache-Control: max-age=0"
varnish=$(free_port)
need gcc
printf 'vcl 4.1;\nbackend default { .host = "127.0.0.1"; .port = "%s"; }\n' "$port" >"$work/default.vcl"
mkdir "$work/varnish"
start varnishd -F -n "$work/varnish" -a "127.0.0.1:$varnish" -f "$work/default.vcl" -p "vmod_path=$root/usr/lib/x86_64-linux-gnu/varnish/vmods" -j none -T none
wait_tcp "$varnish"
expect "first answer, after 3 s, and after that" "$(python - "$varnish" <<'P'
import sys, time, urllib.request
def ask(path):
    return urllib.request.urlopen("http://127.0.0.1:%s%s" % (sys.argv[1], path), timeout=20).read()
for path in ("/one", "/must", "/zero"):
    first = ask(path)
    time.sleep(3)
    second = ask(path)
    time.sleep(0.5)
    third = ask(path)
    print(path, *("old" if each == first else "new" for each in (second, third)))
P
)" '/one old new
/must old new
/zero new new'
