#!/bin/bash
# .NET 10.0, WebSocket: cancelling a ReceiveAsync ends the connection; cancelling a read of a NetworkStream or an SslStream does not
#
# Guess: a token ends the wait, so "receive for at most a second, then do something else" is a loop around ReceiveAsync, as it is around
# NetworkStream.ReadAsync.
# Observed: after a cancelled ReceiveAsync the state is Aborted, and the WebSocket cannot be used any more. After a cancelled ReadAsync
# the same NetworkStream and SslStream read the bytes that come later.
# Why it matters: code with a deadline for each receive loses a healthy connection at the first quiet second. Keep the pending task
# of ReceiveAsync and wait for it again.
source "$(dirname "$0")/support/lib.sh"
out=$(csharp <<'CSHARP'
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Net.WebSockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

static async Task<(NetworkStream, NetworkStream)> Pair()
{
    using TcpListener listener = new(IPAddress.Loopback, 0);
    listener.Start();
    TcpClient client = new();
    await client.ConnectAsync((IPEndPoint)listener.LocalEndpoint);
    return (client.GetStream(), (await listener.AcceptTcpClientAsync()).GetStream());
}
static async Task<string> Cancelled(Func<CancellationToken, Task> read)
{
    using CancellationTokenSource source = new(50);
    try
    {
        await read(source.Token);
        return "read";
    }
    catch (OperationCanceledException)
    {
        return "cancelled";
    }
}
byte[] buffer = new byte[10];
(NetworkStream a, NetworkStream b) = await Pair();
string first = await Cancelled(token => a.ReadAsync(buffer, token).AsTask());
await b.WriteAsync(new byte[3]);
Console.WriteLine($"NetworkStream {first}, then {await a.ReadAsync(buffer)} bytes");

(NetworkStream c, NetworkStream d) = await Pair();
using RSA key = RSA.Create(2048);
using X509Certificate2 self = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)
    .CreateSelfSigned(DateTimeOffset.Now.AddDays(-1), DateTimeOffset.Now.AddDays(1));
SslStream client = new(c, false, (_, _, _, _) => true), server = new(d);
await Task.WhenAll(client.AuthenticateAsClientAsync("localhost"), server.AuthenticateAsServerAsync(self));
first = await Cancelled(token => client.ReadAsync(buffer, token).AsTask());
await server.WriteAsync(new byte[3]);
Console.WriteLine($"SslStream {first}, then {await client.ReadAsync(buffer)} bytes");

(NetworkStream e, NetworkStream f) = await Pair();
using WebSocket socket = WebSocket.CreateFromStream(e, new WebSocketCreationOptions()), peer = WebSocket.CreateFromStream(f, new WebSocketCreationOptions { IsServer = true });
first = await Cancelled(token => socket.ReceiveAsync(buffer, token));
Console.WriteLine($"WebSocket {first}, then {socket.State}");
CSHARP
)
expect "after a cancelled read" "$out" $'NetworkStream cancelled, then 3 bytes\nSslStream cancelled, then 3 bytes\nWebSocket cancelled, then Aborted'
