#!/bin/bash
# Websocket.Client 5.5.1 (NuGet): a healthy connection is replaced when the server sends no message
#
# Guess: "built-in reconnection" acts when a connection is lost; one on which this side sends and the TCP connection is up is kept.
# Observed: after ReconnectTimeout (1 minute unless set, here 1 s) without a message from the server it disconnects and connects anew, however
# much is sent. Pings and pongs of WebSocket do not count.
# Why it matters: a device that only reports costs a connection a minute, and each takes a socket of the pool while the old one closes.
# Set ReconnectTimeout to null and leave the watch to KeepAliveInterval and KeepAliveTimeout of ClientWebSocket.
source "$(dirname "$0")/support/lib.sh"
port=$(free_port)
out=$(PORT=$port csharp Websocket.Client@5.5.1 <<'CSHARP'
using System.Net;
using System.Net.WebSockets;
string place = $"127.0.0.1:{Environment.GetEnvironmentVariable("PORT")}/";
int connections = 0;
HttpListener server = new();
server.Prefixes.Add("http://" + place);
server.Start();
_ = Task.Run(async () =>
{
    while (true)
    {
        WebSocket socket = (await (await server.GetContextAsync()).AcceptWebSocketAsync(null)).WebSocket;
        Interlocked.Increment(ref connections);
        _ = Task.Run(async () => { byte[] buffer = new byte[100]; while (socket.State == WebSocketState.Open) await socket.ReceiveAsync(buffer, default); });
    }
});
using Websocket.Client.WebsocketClient client = new(new Uri("ws://" + place));
TimeSpan? standard = client.ReconnectTimeout;
client.ReconnectTimeout = TimeSpan.FromSeconds(1);
await client.Start();
for (int i = 0; i < 100 && Volatile.Read(ref connections) < 2; i++)
{
    client.Send("reading");
    await Task.Delay(200);
}
Console.WriteLine($"{standard} {(Volatile.Read(ref connections) >= 2 ? "anew" : "kept")}");
CSHARP
)
expect "default, connection" "$out" "00:01:00 anew"
