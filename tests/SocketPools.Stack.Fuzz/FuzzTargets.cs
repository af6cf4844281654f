using SocketPools.Stack.Fuzz.Ingress;

namespace SocketPools.Stack.Fuzz;

/// <summary>Reads bytes; an exception is a finding.</summary>
/// <param name="bytes">Any bytes.</param>
public delegate void FuzzTarget(ReadOnlySpan<byte> bytes);

/// <summary>A parser did what it must not: said so by a target.</summary>
/// <param name="message">What.</param>
public sealed class FindingException(string message) : Exception(message);

/// <summary>The targets by name; <c>corpus/</c> has a folder for each. Those below <c>frame</c> begin where no checksum has to be right.</summary>
public static class FuzzTargets
{
    /// <summary>The target that takes scripts for a whole radio; all others are parsers.</summary>
    public const string Ingress = "ingress";

    public static IReadOnlyDictionary<string, FuzzTarget> All { get; } = new SortedDictionary<string, FuzzTarget>(StringComparer.Ordinal)
    {
        ["frame"] = NetworkTargets.Frame,
        ["ipv4"] = NetworkTargets.IPv4,
        ["ipv6"] = NetworkTargets.IPv6,
        ["icmpv6"] = NetworkTargets.Icmpv6,
        ["tcp"] = TransportTargets.Tcp,
        ["dhcp"] = ServiceTargets.Dhcp,
        ["dns"] = ServiceTargets.Dns,
        [Ingress] = IngressTarget.Run,
    };

    internal static void Check(bool condition, string finding)
    {
        if (!condition)
        {
            throw new FindingException(finding);
        }
    }
}
