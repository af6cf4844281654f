using System.Net;
using SocketPools.Stack;
using SocketPools.Stack.Links;

namespace SocketPools.Tests;

/// <summary>Two stacks and a cable between them. No other socket of this machine reaches either address.</summary>
internal sealed class TwoStacks : IDisposable
{
    private readonly StackRadio _near;
    private readonly StackRadio _far;

    internal TwoStacks(int maxSockets = 128, LinkPairOptions? options = null, TimeProvider? timeProvider = null)
    {
        StackOptions stack = new() { TimeProvider = timeProvider ?? TimeProvider.System };
        _near = new StackRadio(stack);
        _far = new StackRadio(stack);
        LinkPair cable = LinkPair.Create(options ?? new LinkPairOptions { WakeMode = LinkWakeMode.Queued });
        _near.AddInterface(cable.A).AddAddress(IPAddress.Parse("192.0.2.1"), 24, skipDuplicateAddressDetection: true);
        _far.AddInterface(cable.B).AddAddress(FarAddress, 24, skipDuplicateAddressDetection: true);
        _near.MaxSockets = maxSockets;
        Near = new SocketPool(_near);
        Far = new SocketPool(_far);
    }

    internal static IPAddress FarAddress { get; } = IPAddress.Parse("192.0.2.2");

    internal SocketPool Near { get; }

    internal SocketPool Far { get; }

    /// <summary>A name that both stacks know.</summary>
    internal void AddName(string name, IPAddress address)
    {
        _near.SetHostEntry(name, address);
        _far.SetHostEntry(name, address);
    }

    public void Dispose()
    {
        Near.Dispose();
        Far.Dispose();
        _near.Dispose();
        _far.Dispose();
    }
}
