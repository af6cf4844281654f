#!/bin/bash
# ASP.NET Core 10.0 (Kestrel) and Node.js 20 (http): a client that has ended its sending gets no response, not even a part of one
#
# Guess: a request with a complete header is answered also when the client has called shutdown(SHUT_WR) after it: the connection is
# half-closed, and the other direction is open. http.server of Python 3.11 does so.
# Observed: a handler that takes 0.3 s runs to its end, and the client reads an end of stream without a byte. Kestrel also cancels
# RequestAborted. Without the shutdown the response arrives.
# Why it matters: `printf ... | nc -N`, socat and clients that end a request with shutdown work in a quick test and fail as soon as a
# handler waits for something. Leave the sending side open until the response has arrived. Node has allowHalfOpen only for net.
source "$(dirname "$0")/support/lib.sh"
need node
[[ $(node --version) == v20.* ]] || skip "Node.js 20 is needed"
cat >"$work/ask.py" <<'P'
import socket, sys
for path in sys.argv[2:]:
    with socket.create_connection(("127.0.0.1", int(sys.argv[1])), 5) as client:
        client.sendall(b"GET %s HTTP/1.1\r\nHost: a\r\n\r\n" % path.encode())
        client.shutdown(socket.SHUT_WR)
        answer = b""
        try:
            while part := client.recv(4096):
                answer += part
        except ConnectionResetError:
            pass
        print(path, answer.split(b"\r\n")[0].decode() or "nothing")
P
cat >"$work/server.py" <<'P'
import http.server, time
class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        time.sleep(0.3)
        self.send_response(200)
        self.end_headers()
server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
print(server.server_port, flush=True)
server.serve_forever()
P
cat >"$work/server.js" <<'J'
const server = require('http').createServer((request, response) => setTimeout(() => response.end('hi'), request.url === '/late' ? 300 : 0));
server.listen(0, '127.0.0.1', () => console.log(server.address().port));
J
serve python "$work/server.py"
expect "http.server" "$(python "$work/ask.py" "$port" /late)" "/late HTTP/1.0 200 OK"
serve node "$work/server.js"
expect "Node.js" "$(python "$work/ask.py" "$port" /late)" "/late nothing"
out=$(csharp Microsoft.AspNetCore.App <<'CSHARP'
using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
builder.Logging.ClearProviders();
builder.WebHost.ConfigureKestrel(options => options.Listen(IPAddress.Loopback, 0));
await using WebApplication app = builder.Build();
List<bool> cancelled = [];
app.MapGet("/late", async (HttpContext context) =>
{
    await Task.Delay(300);
    cancelled.Add(context.RequestAborted.IsCancellationRequested);
    return "hi";
});
await app.StartAsync();
int port = new Uri(app.Urls.First()).Port;
foreach (bool shutdown in new[] { false, true })
{
    using Socket client = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { ReceiveTimeout = 5000 };
    client.Connect(IPAddress.Loopback, port);
    client.Send(System.Text.Encoding.ASCII.GetBytes($"GET /late HTTP/1.1\r\nHost: a\r\n\r\n"));
    if (shutdown)
    {
        client.Shutdown(SocketShutdown.Send);
    }
    Console.WriteLine($"shutdown {shutdown}: {(client.Receive(new byte[4096]) > 0 ? "a response" : "nothing")}");
}
await app.StopAsync();
Console.WriteLine($"RequestAborted {string.Join(", ", cancelled)}");
CSHARP
)
expect "Kestrel" "$out" $'shutdown False: a response\nshutdown True: nothing\nRequestAborted False, True'
