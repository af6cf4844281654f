# Small HTTP servers of Debian 12 over one folder with a.txt (ten bytes), and raw requests to them.
http_packages() {
    debian lighttpd=1.4.69-1 libpcre2-8-0=10.42-1+deb12u2 busybox=1:1.35.0-4+deb12u1+b1 mini-httpd=1.30-3 webfs=1.21+ds1-12+b1 \
        python3-tornado=6.2.0-3+deb12u4
    [ "$(python --version)" = "Python 3.11.2" ] || skip "the pin is Python 3.11.2 of Debian 12"
    mkdir -p "$work/www"
    printf 0123456789 >"$work/www/a.txt"
}

# http_server NAME: starts it; $port is its port.
http_server() {
    port=$(free_port)
    case $1 in
        http.server) start python -m http.server --bind 127.0.0.1 -d "$work/www" --protocol HTTP/1.1 "$port" ;;
        lighttpd)
            printf 'server.document-root="%s"\nserver.bind="127.0.0.1"\nserver.port=%s\n' "$work/www" "$port" >"$work/lighttpd.conf"
            start lighttpd -D -m "$root/usr/lib/lighttpd" -f "$work/lighttpd.conf" ;;
        busybox) start busybox httpd -f -p "127.0.0.1:$port" -h "$work/www" ;;
        mini_httpd) start mini_httpd -D -p "$port" -h 127.0.0.1 -d "$work/www" -i "$work/mini.pid" -u root ;;
        webfs) start webfsd -F -p "$port" -r "$work/www" -i 127.0.0.1 ;;
        tornado) start python -c '
import asyncio, sys, tornado.web
async def main():
    tornado.web.Application([(r"/(.*)", tornado.web.StaticFileHandler, {"path": sys.argv[2]})]).listen(int(sys.argv[1]), "127.0.0.1")
    await asyncio.Event().wait()
asyncio.run(main())' "$port" "$work/www" ;;
    esac
    wait_tcp "$port"
}

# http_ask TEXT: sends the text (with \r\n as printf takes them); prints the code of each response, or "closed", and the last body.
http_ask() {
    python - "$port" "$1" <<'P'
import re, socket, sys
with socket.create_connection(("127.0.0.1", int(sys.argv[1])), 5) as client:
    client.sendall(sys.argv[2].encode().decode("unicode_escape").encode())
    client.settimeout(1.5)
    answer = b""
    try:
        while part := client.recv(4096):
            answer += part
    except OSError:
        pass
codes = re.findall(rb"(?:HTTP/1\.[01]|\(null\)) (\d+)", answer)
body = answer.rpartition(b"\r\n\r\n")[2]
print(b" ".join(codes).decode() or "closed", "body" if body == b"0123456789" else "")
P
}

# http_all SERVERS TEXT: one line for each server.
http_all() {
    local name
    for name in $1; do
        http_server "$name"
        echo "$name: $(http_ask "$2")"
    done
}
