using System.Net.Sockets;
using SocketPools.Radios;

namespace SocketPools.Boards.Tests.Sockets;

/// <summary>The desk's profile changes nothing and costs nothing: the sockets are the inner radio's own.</summary>
public sealed class DeskTests
{
    [Fact]
    public void The_sockets_are_the_inner_radios()
    {
        HostNetwork host = new();
        BoardRadio radio = new(host, BoardProfiles.Desk);
        Assert.False(radio.OpenSocket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Unspecified, out RadioSocket? socket).Failed);
        Assert.Same(host, socket!.Radio);
        Assert.Equal((host.Name, host.MaxSockets), (radio.Name, radio.MaxSockets));
        socket.Close();
    }
}
