using SocketPools.Stack.Configuration;
using SocketPools.Stack.Links;

namespace SocketPools.Stack;

// Addresses that others give.
public sealed partial class StackInterface
{
    /// <summary>Leases an IPv4 address from a DHCP server, and uses it with its routes and name servers.</summary>
    /// <param name="settings">What to ask for; null for the defaults.</param>
    /// <returns>The client, which goes on until it is disposed, or the stack is.</returns>
    /// <exception cref="InvalidOperationException">A client is at work already, or the link is not Ethernet.</exception>
    /// <example><code>DhcpLease lease = await radio.AddInterface(TapLink.Open("tap0")).StartDhcp().WaitAsync();</code></example>
    public DhcpClient StartDhcp(DhcpOptions? settings = null)
    {
        if (Inner.Medium != LinkMedium.Ethernet || Inner.IsLoopback)
        {
            throw new InvalidOperationException($"DHCP needs a hardware address, which {Name} does not have.");
        }

        DhcpClient client;
        using (_stack.Gate.EnterScope())
        {
            if (Configuration.Dhcp is not null)
            {
                throw new InvalidOperationException($"{Name} has a DHCP client already.");
            }

            client = Configuration.StartDhcp(settings ?? new DhcpOptions());
        }

        _stack.Drive();
        return client;
    }

    /// <summary>
    /// Creates a link-local IPv6 address, and accepts routes, addresses and name servers from routers (RFC 4862, RFC 8106). Addresses are
    /// used after duplicate address detection, which takes a second.
    /// </summary>
    /// <param name="settings">The options, or null for the defaults.</param>
    /// <exception cref="InvalidOperationException">It is on already, the link is not Ethernet, or its MTU is too small for IPv6 (1280, RFC 8200).</exception>
    public void EnableIPv6(IPv6Options? settings = null)
    {
        if (Inner.Medium != LinkMedium.Ethernet || Inner.IsLoopback || Inner.LinkMtu < 1280)
        {
            throw new InvalidOperationException($"{Name} cannot configure IPv6 by itself: it needs a hardware address and an MTU of 1280 bytes.");
        }

        using (_stack.Gate.EnterScope())
        {
            if (Configuration.Autoconfiguration is not null)
            {
                throw new InvalidOperationException($"IPv6 is on at {Name} already.");
            }

            Configuration.EnableIPv6(settings ?? new IPv6Options());
        }

        _stack.Drive();
    }

    /// <summary>Takes back what <see cref="EnableIPv6"/> and routers gave. Addresses that were added by hand stay.</summary>
    public void DisableIPv6()
    {
        using (_stack.Gate.EnterScope())
        {
            Configuration.DisableIPv6();
        }

        _stack.Drive();
    }
}
