#!/bin/bash
# socks5://proxy: curl 7.88.1 (Debian) looks the host's name up itself, HttpClient of .NET 10.0 and socks 2.8.10 (npm) let the proxy do it
#
# Guess: the scheme has one meaning: socks5 resolves here, socks5h at the proxy (h for host name), as curl reads it.
# Observed: with the same socks5:// URL curl sends an address (ATYP 1 or 4), .NET and socks send the name (ATYP 3). .NET refuses socks5h, and
# its socks4 resolves here.
# Why it matters: names that only one side knows (a board behind an SSH tunnel, mDNS, .onion) work with one program and fail with
# the other, and look-ups leave by a path that nobody expected. Say which one is meant per program, not per URL.
source "$(dirname "$0")/support/lib.sh"
need curl
[[ $(curl --version) == "curl 7.88.1"* ]] || skip "the pin is curl 7.88.1"
npm_packages socks@2.8.10
cat >"$work/proxy.py" <<'P'
import socket
listener = socket.create_server(("127.0.0.1", 0))
print(listener.getsockname()[1], flush=True)
while True:
    connection, _ = listener.accept()
    with connection:
        version = connection.recv(100)
        if version[:1] != b"\5":
            print("socks4,", "an address" if version[4:7] != b"\0\0\0" else "a name", flush=True)
            continue
        connection.sendall(b"\5\0")
        request = connection.recv(300)
        print("a name" if request[3] == 3 else "an address", flush=True)
P
serve python "$work/proxy.py"
export PORT=$port
for scheme in socks5 socks5h; do curl -s -m 5 --proxy "$scheme://127.0.0.1:$PORT" http://localhost:8099/ || true; done
javascript <<'J' >"$work/log"
const { SocksClient } = require('socks');
SocksClient.createConnection({ proxy: { host: '127.0.0.1', port: Number(process.env.PORT), type: 5 }, command: 'connect', destination: { host: 'localhost', port: 8099 } }).catch(() => {});
J
out=$(csharp <<'CSHARP'
using System.Net;

foreach (string scheme in new[] { "socks5", "socks4", "socks5h" })
{
    using HttpClient client = new(new SocketsHttpHandler { Proxy = new WebProxy($"{scheme}://127.0.0.1:{Environment.GetEnvironmentVariable("PORT")}") });
    try
    {
        await client.GetStringAsync("http://localhost:8099/");
    }
    catch (NotSupportedException)
    {
        Console.WriteLine($"{scheme} is not supported");
    }
    catch (HttpRequestException)
    {
    }
}
CSHARP
)
expect ".NET" "$out" "socks5h is not supported"
expect "curl socks5, curl socks5h, socks, .NET socks5, .NET socks4" "$(tail -n +2 "$work/served.log")" $'an address\na name\na name\na name\nsocks4, an address'
