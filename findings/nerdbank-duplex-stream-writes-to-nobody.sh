#!/bin/bash
# Nerdbank.Streams 2.14.411 (NuGet), FullDuplexStream.CreatePair: writing to an end that is gone succeeds
#
# Guess: a pair of streams in memory ends as a pair of sockets does: after one end is disposed, the other reads what is left and then 0, and a write
# fails with an IOException at the latest after some attempts.
# Observed: reading ends as expected; a hundred writes and flushes of 64 KiB succeed, synchronously and asynchronously, and the data is gone. A
# connected pair of sockets fails.
# Why it matters: the pair stands in for a connection in tests of JSON-RPC, pipes and protocols. What a program does when its peer goes away while
# it sends is never run there. Use a socket pair, or a stream that fails.
source "$(dirname "$0")/support/lib.sh"
out=$(csharp Nerdbank.Streams@2.14.411 <<'CSHARP'
using System.IO.Pipelines;
using System.Net;
using System.Net.Sockets;
using Nerdbank.Streams;

static async Task<string> Try(Stream leaving, Stream staying)
{
    leaving.Write(new byte[3]);
    leaving.Dispose();
    byte[] buffer = new byte[9];
    string reads = $"{staying.Read(buffer)} {staying.Read(buffer)}";
    try
    {
        for (int i = 0; i < 50; i++)
        {
            staying.Write(new byte[65536]);
            staying.Flush();
            await staying.WriteAsync(new byte[65536]);
            await staying.FlushAsync();
        }
        return $"{reads} written";
    }
    catch (IOException)
    {
        return $"{reads} IOException";
    }
}
(Stream near, Stream far) = FullDuplexStream.CreatePair();
Console.WriteLine(await Try(near, far));
TcpListener listener = new(IPAddress.Loopback, 0);
listener.Start();
using TcpClient client = new();
client.Connect((IPEndPoint)listener.LocalEndpoint);
Console.WriteLine(await Try(client.GetStream(), new NetworkStream(listener.AcceptSocket(), true)));
CSHARP
)
expect "two reads and a hundred writes after the peer is disposed: the pair in memory, sockets" "$out" $'3 0 written\n3 0 IOException'
