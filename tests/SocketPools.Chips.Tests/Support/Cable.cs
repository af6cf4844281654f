using System.Net;
using System.Net.Sockets;
using SocketPools.Radios;
using SocketPools.Stack;
using SocketPools.Stack.Links;

namespace SocketPools.Chips.Tests.Support;

/// <summary>Two stacks on one cable: the chip's radio and its peer's.</summary>
internal sealed class Cable : IDisposable
{
    internal static readonly IPAddress NearAddress = IPAddress.Parse("192.0.2.1");
    internal static readonly IPAddress FarAddress = IPAddress.Parse("192.0.2.2");

    internal Cable(TimeProvider? clock = null)
    {
        LinkPair pair = LinkPair.Create();
        Near = new StackRadio(new StackOptions { Name = "near", Seed = 1, TimeProvider = clock ?? TimeProvider.System });
        Far = new StackRadio(new StackOptions { Name = "far", Seed = 2, TimeProvider = clock ?? TimeProvider.System });
        Near.AddInterface(pair.A).AddAddress(NearAddress, 24, skipDuplicateAddressDetection: true);
        Far.AddInterface(pair.B).AddAddress(FarAddress, 24, skipDuplicateAddressDetection: true);
    }

    internal StackRadio Near { get; }

    internal StackRadio Far { get; }

    /// <summary>A socket of the peer's, bound to a port of the stack's choice.</summary>
    internal RadioSocket FarSocket(SocketType type, out int port)
    {
        Far.OpenSocket(AddressFamily.InterNetwork, type, ProtocolType.Unspecified, out RadioSocket? socket);
        Assert.False(socket!.Bind(new IPSocketAddress(FarAddress, 0)).Failed);
        socket.GetLocalAddress(out IPSocketAddress local);
        port = local.Port;
        return socket;
    }

    internal RadioSocket FarListener(out int port)
    {
        RadioSocket listener = FarSocket(SocketType.Stream, out port);
        Assert.False(listener.Listen(8).Failed);
        return listener;
    }

    internal static Deadline Soon(RadioSocket socket) => new(socket.Radio.TimeProvider, TimeSpan.FromSeconds(20));

    internal static byte[] Receive(RadioSocket socket, int count)
    {
        byte[] buffer = new byte[count];
        int have = 0;
        while (have < count)
        {
            RadioResult result = socket.Receive(buffer.AsSpan(have), Soon(socket));
            Assert.False(result.Failed, $"{result}");
            if (result.Count == 0)
            {
                break;
            }

            have += result.Count;
        }

        return buffer[..have];
    }

    public void Dispose()
    {
        Near.Dispose();
        Far.Dispose();
    }
}
