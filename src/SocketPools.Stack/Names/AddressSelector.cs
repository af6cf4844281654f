using SocketPools.Radios;
using SocketPools.Stack.IP;
using SocketPools.Stack.Wire;

namespace SocketPools.Stack.Names;

/// <summary>
/// In which order addresses should be tried: RFC 6724, section 6, rules 1 (there is a way), 2 (scopes match), 5 and 6 (label and
/// precedence), 8 (smaller scope), 9 (longest common prefix, IPv6 only, so that the order of a server's IPv4 addresses stays) and 10.
/// Rules 3, 4 and 7 are about addresses that a stack does not have: deprecated, home and tunnelled ones. With the gate held.
/// </summary>
internal sealed class AddressSelector(NetworkStack stack)
{
    // RFC 6724, section 2.1: the default policy, the longest prefix first.
    private static readonly (IPPrefix Prefix, int Precedence, int Label)[] s_policy =
    [
        (new(IPAddressValue.Parse("::1"), 128), 50, 0),
        (new(IPAddressValue.Parse("::ffff:0:0"), 96), 35, 4),
        (new(IPAddressValue.Parse("::"), 96), 1, 3),
        (new(IPAddressValue.Parse("2001::"), 32), 5, 5),
        (new(IPAddressValue.Parse("2002::"), 16), 30, 2),
        (new(IPAddressValue.Parse("3ffe::"), 16), 1, 12),
        (new(IPAddressValue.Parse("fec0::"), 10), 1, 11),
        (new(IPAddressValue.Parse("fc00::"), 7), 3, 13),
        (new(IPAddressValue.Parse("::"), 0), 40, 1),
    ];

    internal IEnumerable<IPAddressValue> Sort(IPAddressValue[] addresses) => addresses.Length < 2 ? addresses
        : addresses.Distinct().Select(Rank).OrderByDescending(r => r.HasWay).ThenByDescending(r => r.IsSameScope).ThenByDescending(r => r.IsSameLabel)
            .ThenByDescending(r => r.Precedence).ThenBy(r => r.Scope).ThenByDescending(r => r.Common).Select(r => r.Address);

    private Ranked Rank(IPAddressValue address)
    {
        bool hasWay = stack.FindPath(address, default, out NetworkPath? path) == Errno.None;
        IPAddressValue source = hasWay ? path!.Local : default;
        (int precedence, int label) = PolicyOf(address);
        return new Ranked(
            address,
            hasWay,
            hasWay && ScopeOf(source) == ScopeOf(address),
            hasWay && PolicyOf(source).Label == label,
            precedence,
            ScopeOf(address),
            address.IsIPv6 ? Math.Min(64, address.CommonPrefixLength(source)) : 0);
    }

    private static (int Precedence, int Label) PolicyOf(in IPAddressValue address)
    {
        IPAddressValue mapped = address.IsIPv4 ? address.ToIPv4Mapped() : address;
        foreach ((IPPrefix prefix, int precedence, int label) in s_policy)
        {
            if (prefix.Contains(mapped))
            {
                return (precedence, label);
            }
        }

        return (40, 1);
    }

    // Section 3.1 and 3.2: link-local 2, everything else of one host global (14); loopback counts as link-local.
    private static int ScopeOf(in IPAddressValue address) => address.IsMulticast && address.IsIPv6 ? address.MulticastScope
        : address.IsLinkLocal || address.IsLoopback ? 2 : 14;

    private readonly record struct Ranked(
        IPAddressValue Address, bool HasWay, bool IsSameScope, bool IsSameLabel, int Precedence, int Scope, int Common);
}
