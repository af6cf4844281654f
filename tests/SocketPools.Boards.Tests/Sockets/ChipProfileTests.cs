using System.Net;
using SocketPools.Radios;

namespace SocketPools.Boards.Tests.Sockets;

/// <summary>The profiles of boards with a network chip: the numbers and the errors.</summary>
public sealed class ChipProfileTests : HostCase
{
    [Theory]
    [InlineData("airlift", 6)]
    [InlineData("w5500", 7)]
    [InlineData("w5100s", 3)]
    public void The_budget_is_the_chips(string name, int expected)
    {
        Assert.True(BoardProfiles.TryFind(name, out BoardProfile? profile));
        Assert.Equal(expected, NewPool(profile).MaxSockets);
    }

    [Fact]
    public void AirLift_ignores_the_timeout_of_connect_and_gives_up_after_3_s()
    {
        using PoolSocket socket = NewPool(BoardProfiles.AirLift, new FastClock(factor: 20)).CreateSocket();
        socket.SetTimeout(0.05);
        PoolSocketException error = Fails(Errno.EPIPE, () => socket.Connect(new IPEndPoint(IPAddress.Broadcast, 80)));
        Assert.InRange(error.Elapsed.TotalSeconds, 3, 400);
        Assert.Contains("ends after 3 s", error.Hint, StringComparison.Ordinal);
    }

    [Fact]
    public void A_connect_that_does_not_wait_blocks_on_a_chip()
    {
        using Peer peer = NewPeer(async client => await client.ReceiveOnceAsync());
        using PoolSocket socket = NewPool(BoardProfiles.Wiznet).CreateSocket();
        socket.SetTimeout(0);
        socket.Connect(peer.EndPoint);
        Assert.Equal(2048, socket.Send(new byte[5000]));
    }
}
