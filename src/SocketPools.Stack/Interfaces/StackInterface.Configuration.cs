using SocketPools.Stack.Links;

namespace SocketPools.Stack.Interfaces;

// Addresses that others give.
public sealed partial class StackInterface
{
    /// <summary>Borrows an IPv4 address from a DHCP server, and uses it with its routes and name servers.</summary>
    /// <param name="settings">What to ask for; null for the defaults.</param>
    /// <returns>The client, which goes on until it is disposed, or the stack is.</returns>
    /// <exception cref="InvalidOperationException">A client is at work already, or the link is not Ethernet.</exception>
    /// <example><code>DhcpLease lease = await radio.AddInterface(TapLink.Open("tap0")).StartDhcp().WaitAsync();</code></example>
    public DhcpClient StartDhcp(DhcpSettings? settings = null)
    {
        if (Link.Medium != LinkMedium.Ethernet || IsLoopback)
        {
            throw new InvalidOperationException($"DHCP needs a hardware address, which {Name} does not have.");
        }

        DhcpClient client;
        lock (_stack.Gate)
        {
            if (Dhcp is not null)
            {
                throw new InvalidOperationException($"{Name} has a DHCP client already.");
            }

            Dhcp = client = new DhcpClient(_stack, this, settings ?? new DhcpSettings());
            client.BeginUnsynchronized();
        }

        _stack.Drive();
        return client;
    }
}
