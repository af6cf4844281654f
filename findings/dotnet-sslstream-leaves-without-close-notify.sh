#!/bin/bash
# .NET 10.0 on Linux, SslStream: Dispose sends no close_notify
#
# Guess: disposing of an SslStream ends TLS as RFC 8446, 6.1 asks: each party must send close_notify before it closes its write side.
# Observed: nothing is on the wire but the end of the TCP stream; OpenSSL 3 as the peer reports "unexpected eof while reading" (Python hides
# that with OP_IGNORE_UNEXPECTED_EOF, which is cleared here). After ShutdownAsync the alert is there and the peer sees a clean end.
# Why it matters: peers that tell a complete body from a cut one by close_notify log an error for each connection that a .NET program
# closes, or throw the data away. Await ShutdownAsync before Dispose.
source "$(dirname "$0")/support/lib.sh"
need openssl
openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=localhost -keyout "$work/key.pem" -out "$work/certificate.pem" 2>"$work/log"
cat >"$work/server.py" <<'P'
import socket, ssl, sys
context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.options &= ~ssl.OP_IGNORE_UNEXPECTED_EOF  # which Python sets unless told otherwise
context.load_cert_chain(sys.argv[1] + "/certificate.pem", sys.argv[1] + "/key.pem")
listener = socket.create_server(("127.0.0.1", 0))
print(listener.getsockname()[1], flush=True)
for _ in range(2):
    connection, _ = listener.accept()
    with context.wrap_socket(connection, server_side=True, suppress_ragged_eofs=False) as stream:
        try:
            data = stream.recv(100)
            print(len(data), "bytes, then", stream.recv(100) or "a clean end", flush=True)
        except ssl.SSLError as error:
            print(len(data), "bytes, then", error.reason, flush=True)
P
serve python "$work/server.py" "$work"
PORT=$port csharp <<'CSHARP' >"$work/client.log"
using System.Net;
using System.Net.Security;
using System.Net.Sockets;

foreach (bool shutdown in new[] { false, true })
{
    using TcpClient client = new();
    await client.ConnectAsync(IPAddress.Loopback, int.Parse(Environment.GetEnvironmentVariable("PORT")));
    using SslStream stream = new(client.GetStream(), false, (_, _, _, _) => true);
    await stream.AuthenticateAsClientAsync("localhost");
    await stream.WriteAsync("hello"u8.ToArray());
    if (shutdown)
    {
        await stream.ShutdownAsync();
    }
}
CSHARP
for _ in $(seq 100); do [ "$(wc -l <"$work/served.log")" = 3 ] && break; sleep 0.1; done
expect "Dispose; ShutdownAsync and Dispose" "$(tail -n +2 "$work/served.log")" $'5 bytes, then UNEXPECTED_EOF_WHILE_READING\n5 bytes, then a clean end'
