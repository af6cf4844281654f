using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using SocketPools.Radios;

namespace SocketPools.Tests.Differential;

/// <summary>The words of the case language and what .NET calls them; names.py is the Python twin.</summary>
internal static class CaseWords
{
    private static readonly Dictionary<string, int> s_numbers = new()
    {
        ["inet"] = (int)AddressFamily.InterNetwork,
        ["inet6"] = (int)AddressFamily.InterNetworkV6,
        ["unspec"] = 0,
        ["stream"] = (int)SocketType.Stream,
        ["dgram"] = (int)SocketType.Dgram,
        ["raw"] = (int)SocketType.Raw,
        ["tcp"] = (int)ProtocolType.Tcp,
        ["udp"] = (int)ProtocolType.Udp,
        ["icmp"] = (int)ProtocolType.Icmp,
        ["icmpv6"] = (int)ProtocolType.IcmpV6,
    };

    // Linux's own numbers, for options that have no word.
    private static readonly Dictionary<string, int> s_levels = new()
    {
        ["socket"] = 1,
        ["ip"] = 0,
        ["ipv6"] = 41,
        ["tcp"] = 6,
        ["udp"] = 17,
    };

    private static readonly Dictionary<string, (SocketOptionLevel, SocketOptionName)> s_options = new()
    {
        ["socket reuseaddr"] = (SocketOptionLevel.Socket, SocketOptionName.ReuseAddress),
        ["socket keepalive"] = (SocketOptionLevel.Socket, SocketOptionName.KeepAlive),
        ["socket broadcast"] = (SocketOptionLevel.Socket, SocketOptionName.Broadcast),
        ["socket dontroute"] = (SocketOptionLevel.Socket, SocketOptionName.DontRoute),
        ["socket oobinline"] = (SocketOptionLevel.Socket, SocketOptionName.OutOfBandInline),
        ["socket sndbuf"] = (SocketOptionLevel.Socket, SocketOptionName.SendBuffer),
        ["socket rcvbuf"] = (SocketOptionLevel.Socket, SocketOptionName.ReceiveBuffer),
        ["socket linger"] = (SocketOptionLevel.Socket, SocketOptionName.Linger),
        ["socket error"] = (SocketOptionLevel.Socket, SocketOptionName.Error),
        ["socket type"] = (SocketOptionLevel.Socket, SocketOptionName.Type),
        ["socket acceptconn"] = (SocketOptionLevel.Socket, SocketOptionName.AcceptConnection),
        ["ip ttl"] = (SocketOptionLevel.IP, SocketOptionName.IpTimeToLive),
        ["ip tos"] = (SocketOptionLevel.IP, SocketOptionName.TypeOfService),
        ["ip multicast_ttl"] = (SocketOptionLevel.IP, SocketOptionName.MulticastTimeToLive),
        ["ip multicast_loop"] = (SocketOptionLevel.IP, SocketOptionName.MulticastLoopback),
        ["ip multicast_if"] = (SocketOptionLevel.IP, SocketOptionName.MulticastInterface),
        ["ip add_membership"] = (SocketOptionLevel.IP, SocketOptionName.AddMembership),
        ["ip drop_membership"] = (SocketOptionLevel.IP, SocketOptionName.DropMembership),
        ["ipv6 v6only"] = (SocketOptionLevel.IPv6, SocketOptionName.IPv6Only),
        ["ipv6 unicast_hops"] = (SocketOptionLevel.IPv6, SocketOptionName.HopLimit),
        ["ipv6 multicast_hops"] = (SocketOptionLevel.IPv6, SocketOptionName.MulticastTimeToLive),
        ["ipv6 multicast_loop"] = (SocketOptionLevel.IPv6, SocketOptionName.MulticastLoopback),
        ["ipv6 multicast_if"] = (SocketOptionLevel.IPv6, SocketOptionName.MulticastInterface),
        ["ipv6 add_membership"] = (SocketOptionLevel.IPv6, SocketOptionName.AddMembership),
        ["ipv6 drop_membership"] = (SocketOptionLevel.IPv6, SocketOptionName.DropMembership),
        ["tcp nodelay"] = (SocketOptionLevel.Tcp, SocketOptionName.NoDelay),
        ["tcp keepidle"] = (SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveTime),
        ["tcp keepintvl"] = (SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveInterval),
        ["tcp keepcnt"] = (SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveRetryCount),
    };

    internal static int Number(string word) => s_numbers.TryGetValue(word, out int number) ? number : Int(word);

    internal static int Level(string word) => s_levels.TryGetValue(word, out int number) ? number : Int(word);

    internal static int Int(string word) => int.Parse(word, CultureInfo.InvariantCulture);

    internal static double Seconds(string word) => word switch
    {
        "inf" => double.PositiveInfinity,
        "-inf" => double.NegativeInfinity,
        "nan" => double.NaN,
        _ => double.Parse(word, CultureInfo.InvariantCulture),
    };

    /// <summary>The option by the BCL's name; false for one that has only the system's numbers.</summary>
    internal static bool TryOption(string level, string name, out (SocketOptionLevel Level, SocketOptionName Name) option) =>
        s_options.TryGetValue($"{level} {name}", out option);

    internal static string Text(string word)
    {
        string[] parts = word.Split('*');
        return parts.Length == 2 && int.TryParse(parts[0], out int count) ? new string(parts[1][0], count) : word.Trim('"');
    }

    /// <summary>The bytes that a word means: "text", N*c, hex:.., membership of a group on loopback.</summary>
    internal static byte[] Bytes(string word)
    {
        if (word.StartsWith("hex:", StringComparison.Ordinal))
        {
            return Convert.FromHexString(word[4..]);
        }

        if (!word.StartsWith("group:", StringComparison.Ordinal))
        {
            return Encoding.UTF8.GetBytes(Text(word));
        }

        string[] parts = word[6..].Split('@');
        IPAddress group = IPAddress.Parse(parts[0]);
        byte[] on = group.AddressFamily == AddressFamily.InterNetworkV6 ? BitConverter.GetBytes(Int(parts[1])) : IPAddress.Parse(parts[1]).GetAddressBytes();
        return [.. group.GetAddressBytes(), .. on];
    }

    internal static string Show(ReadOnlySpan<byte> data)
    {
        if (data.Length > 40)
        {
            return $"{data.Length} bytes";
        }

        string text = Encoding.Latin1.GetString(data);
        return text.All(c => c is >= ' ' and < '\x7f' or > '\xa0' and not '\xad') ? $"\"{text}\"" : "hex:" + Convert.ToHexStringLower(data);
    }

    /// <summary>As inet_ntop(3) writes it: IPv4-mapped addresses always end in dotted digits; no scope.</summary>
    internal static string Show(IPAddress address) =>
        address.IsIPv4MappedToIPv6 ? $"::ffff:{address.MapToIPv4()}" : address.ToString().Split('%')[0];

    internal static string Show(Readiness ready)
    {
        List<string> words = [];
        void Add(Readiness bit, string word)
        {
            if ((ready & bit) != 0)
            {
                words.Add(word);
            }
        }

        Add(Readiness.Readable, "readable");
        Add(Readiness.Writable, "writable");
        Add(Readiness.Error, "error");
        Add(Readiness.HangUp, "hangup");
        return words.Count == 0 ? "none" : string.Join('+', words);
    }

    internal static Readiness Interest(string word) => word switch
    {
        "read" => Readiness.Readable,
        "write" => Readiness.Writable,
        "both" => Readiness.Readable | Readiness.Writable,
        "none" => Readiness.None,
        _ => throw new InvalidDataException(word),
    };

    /// <summary>An exception in the words of the transcript; null for one that no case expects.</summary>
    internal static string? Show(Exception exception) => exception switch
    {
        HandlerException => "error of the signal handler",
        AddressInfoException { Error: AddressInfoError.AddressFamily } => "error EAI_ADDRFAMILY",
        AddressInfoException { Error: AddressInfoError.SocketType } => "error EAI_SOCKTYPE",
        AddressInfoException e => $"error EAI_{e.Error.ToString().ToUpperInvariant()}",
        PoolSocketException { Errno: Errno.ETIMEDOUT } => "timeout",
        PoolSocketException e => $"error {e.Errno}",
        ArgumentException => "argument error",
        _ => null,
    };
}
