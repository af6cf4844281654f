using System.Net;
using System.Net.Sockets;
using SocketPools.Stack;
using SocketPools.Stack.Links;

namespace SocketPools.Benchmarks.Stack;

/// <summary>Two sockets that are connected: both on the kernel's loopback, or on two stacks with a cable between them.</summary>
internal sealed class Twins : IDisposable
{
    private const int TimeoutSeconds = 10;

    private readonly List<IDisposable> _owned = [];

    private Twins(SocketPool near, SocketPool far, IPAddress farAddress, SocketType type)
    {
        PoolSocket far1 = far.CreateSocket(farAddress.AddressFamily, type);
        far1.SetTimeout(TimeoutSeconds);
        far1.Bind(new IPEndPoint(farAddress, 0));
        Near = near.CreateSocket(farAddress.AddressFamily, type);
        Near.SetTimeout(TimeoutSeconds);
        if (type == SocketType.Dgram)
        {
            Far = far1;
            Near.Connect(Far.LocalEndPoint);
            Far.Connect(Near.LocalEndPoint);
            return;
        }

        far1.Listen(1);
        Near.Connect(far1.LocalEndPoint);
        Far = far1.Accept();
        far1.Dispose();
        Near.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.NoDelay, true);
        Far.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.NoDelay, true);
    }

    internal PoolSocket Near { get; }

    internal PoolSocket Far { get; }

    /// <summary>The host radio: a call is one system call, within 3 % of C (docs/performance.md).</summary>
    internal static Twins OnKernel(SocketType type)
    {
        SocketPool pool = SocketPool.For(HostNetwork.Default);
        return new Twins(pool, pool, IPAddress.Loopback, type);
    }

    /// <summary>Two stacks, whose runs are the same.</summary>
    /// <param name="type">Stream or Dgram.</param>
    /// <param name="mtu">The MTU of the cable.</param>
    /// <param name="offloads">What the cable spares the stacks.</param>
    internal static Twins OnStacks(SocketType type, int mtu, LinkOffloads offloads = LinkOffloads.NoChecksums) =>
        OnStacks(1, mtu, offloads, type, [1, 2])[0];

    /// <summary>Several connections between two stacks. The first owns the stacks.</summary>
    /// <param name="count">How many connections.</param>
    /// <param name="mtu">The MTU of the cable.</param>
    /// <param name="offloads">What the cable spares the stacks.</param>
    /// <param name="type">Stream or Dgram.</param>
    /// <param name="seeds">The seeds of the stacks; null for none, as for every stack in use.</param>
    /// <param name="isIPv6">Whether they speak IPv6.</param>
    internal static Twins[] OnStacks(
        int count, int mtu, LinkOffloads offloads, SocketType type = SocketType.Stream, int[]? seeds = null, bool isIPv6 = false)
    {
        LinkPair cable = LinkPair.Create(new LinkPairOptions { Mtu = mtu, Offloads = offloads });
        StackRadio near = new(new StackOptions { Seed = seeds?[0] });
        StackRadio far = new(new StackOptions { Seed = seeds?[1] });
        (IPAddress nearAddress, IPAddress farAddress, int prefix) = isIPv6
            ? (IPAddress.Parse("2001:db8::1"), IPAddress.Parse("2001:db8::2"), 64)
            : (IPAddress.Parse("192.0.2.1"), IPAddress.Parse("192.0.2.2"), 24);
        near.AddInterface(cable.A).AddAddress(nearAddress, prefix, skipDuplicateAddressDetection: isIPv6);
        far.AddInterface(cable.B).AddAddress(farAddress, prefix, skipDuplicateAddressDetection: isIPv6);
        SocketPool nearPool = SocketPool.For(near);
        SocketPool farPool = SocketPool.For(far);
        Twins[] twins = [.. Enumerable.Range(0, count).Select(_ => new Twins(nearPool, farPool, farAddress, type))];
        twins[0]._owned.AddRange([nearPool, farPool, near, far]);
        return twins;
    }

    /// <summary>Several connections of one stack with itself. The first owns the stack.</summary>
    /// <param name="count">How many connections.</param>
    internal static Twins[] OnLoopback(int count)
    {
        StackRadio radio = new(new StackOptions());
        SocketPool pool = SocketPool.For(radio);
        Twins[] twins = [.. Enumerable.Range(0, count).Select(_ => new Twins(pool, pool, IPAddress.Loopback, SocketType.Stream))];
        twins[0]._owned.AddRange([pool, radio]);
        return twins;
    }

    public void Dispose()
    {
        Near.Dispose();
        Far.Dispose();
        _owned.ForEach(owned => owned.Dispose());
    }
}
