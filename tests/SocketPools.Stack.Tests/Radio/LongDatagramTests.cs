using System.Net;
using System.Net.Sockets;
using SocketPools.Radios;

namespace SocketPools.Stack.Tests.Radio;

/// <summary>Datagrams longer than the link takes, which go in pieces.</summary>
public sealed class LongDatagramTests
{
    private const int Seed = 5;

    [Theory]
    [InlineData("192.0.2.1", "192.0.2.2", 24)]
    [InlineData("2001:db8::1", "2001:db8::2", 64)]
    public void A_long_datagram_arrives_over_a_cable_that_needs_no_checksums(string near, string far, int prefixLength)
    {
        using StackPair pair = new(near, far, prefixLength);
        AddressFamily family = pair.Radios.NearAddress.AddressFamily;
        pair.Near.OpenSocket(family, SocketType.Dgram, ProtocolType.Udp, out RadioSocket? from);
        pair.Far.OpenSocket(family, SocketType.Dgram, ProtocolType.Udp, out RadioSocket? to);
        to!.Bind(new IPEndPoint(IPAddress.Parse(far), 7));
        byte[] sent = new byte[20_000];
        new Random(Seed).NextBytes(sent);
        byte[] received = new byte[sent.Length];
        Assert.Equal(sent.Length, from!.TrySendTo(sent, new IPEndPoint(IPAddress.Parse(far), 7)).Count);
        Assert.Equal(sent.Length, to.TryReceive(received).Count);
        Assert.Equal(sent, received);
        from.Close();
        to.Close();
    }
}
