using System.Net.Sockets;
using SocketPools.Radios;

namespace SocketPools.Tests.Pool;

public sealed class WaitTests
{
    [Fact]
    public void A_radio_that_cannot_wait_says_so_instead_of_trying_for_ever()
    {
        HookedRadio radio = new() { WaitFails = Errno.ENOMEM };
        using SocketPool pool = new(radio);
        PoolSocket socket = pool.CreateSocket(AddressFamily.InterNetwork, SocketType.Dgram);
        Assert.Equal(Errno.ENOMEM, Assert.Throws<PoolSocketException>(() => socket.Poll(Readiness.Readable, null)).Errno);
    }
}
