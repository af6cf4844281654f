#!/bin/bash
# LiteNetLib 2.1.5 (NuGet): an empty reliable packet is lost, together with what was sent right behind it
#
# Guess: ReliableOrdered and ReliableUnordered deliver each packet, an empty one too, as Unreliable and Sequenced do; or Send refuses it.
# Observed: of packets of 100, 0 and 200 bytes only the first arrives; the empty one and the 200 bytes, which travel in the same datagram, never do,
# and a packet sent later does, as if nothing was missing. Unreliable, Sequenced and ReliableSequenced deliver all three.
# Why it matters: an empty packet as a keep-alive, an acknowledgement or the end of a transfer takes the next message with it, on a method that
# promises delivery and order. Send at least one byte.
source "$(dirname "$0")/support/lib.sh"
out=$(csharp LiteNetLib@2.1.5 <<'CSHARP'
using System.Net;
using LiteNetLib;

static string Exchange(DeliveryMethod method)
{
    List<int> received = [];
    EventBasedNetListener serverEvents = new(), clientEvents = new();
    serverEvents.ConnectionRequestEvent += request => request.Accept();
    serverEvents.NetworkReceiveEvent += (_, reader, _, _) => { received.Add(reader.AvailableBytes); reader.Recycle(); };
    NetManager server = new(serverEvents), client = new(clientEvents);
    server.Start(IPAddress.Loopback, IPAddress.IPv6Loopback, 0);
    client.Start(IPAddress.Loopback, IPAddress.IPv6Loopback, 0);
    NetPeer peer = client.Connect("127.0.0.1", server.LocalPort, "key");
    void Poll(Func<bool> until, int turns)
    {
        for (int i = 0; i < turns && !until(); i++)
        {
            server.PollEvents();
            client.PollEvents();
            Thread.Sleep(10);
        }
    }
    Poll(() => peer.ConnectionState == ConnectionState.Connected, 500);
    foreach (int length in new[] { 100, 0, 200 })
    {
        peer.Send(new byte[length], method);
    }
    Poll(() => received.Count == 3, 200);
    string sent = string.Join(" ", received);
    received.Clear();
    peer.Send(new byte[50], method);
    Poll(() => received.Count == 1, 300);
    string after = string.Join(" ", received);
    client.Stop();
    server.Stop();
    return $"{method}: {sent}, then {after}";
}
foreach (DeliveryMethod method in new[]
{
    DeliveryMethod.Unreliable, DeliveryMethod.Sequenced, DeliveryMethod.ReliableSequenced, DeliveryMethod.ReliableOrdered, DeliveryMethod.ReliableUnordered
})
{
    Console.WriteLine(Exchange(method));
}
CSHARP
)
expect "lengths that arrive of 100, 0 and 200, then of 50" "$out" "Unreliable: 100 0 200, then 50
Sequenced: 100 0 200, then 50
ReliableSequenced: 100 0 200, then 50
ReliableOrdered: 100, then 50
ReliableUnordered: 100, then 50"
