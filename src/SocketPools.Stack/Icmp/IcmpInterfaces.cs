using SocketPools.Stack.Core;
using SocketPools.Stack.Interfaces;

namespace SocketPools.Stack.Icmp;

/// <summary>The interfaces of a stack as ICMPv6 and IGMP know them, by their numbers. With the stack's lock held.</summary>
internal sealed class IcmpInterfaces(StackCore stack)
{
    private readonly List<IcmpInterface> _all = [];

    /// <summary>Adds the next interface.</summary>
    internal IcmpInterface Add(NetworkInterface one)
    {
        IcmpInterface added = new(stack, one);
        _all.Add(added);
        return added;
    }

    /// <summary>The interface with a number, counted from 1: see <see cref="NetworkInterface.Index"/>.</summary>
    internal IcmpInterface this[int index] => _all[index - 1];
}
