using System.CommandLine;

namespace SocketPools.Tool;

/// <summary>The options that every command takes.</summary>
internal sealed class GlobalOptions
{
    // What a socket's timeout may be at most: 2^31 - 1 milliseconds.
    private const double MaxTimeout = int.MaxValue / 1000.0;

    internal Option<string?> Interface { get; } = new("--interface")
    {
        Description = "Use this interface of the host only, for example eth1.",
        HelpName = "NAME",
        Recursive = true,
    };

    internal Option<string?> Radio { get; } = new("--radio")
    {
        Description = "The radio: host (the default), host/INTERFACE, tap:NAME, tun:NAME, or stack.",
        HelpName = "RADIO",
        Recursive = true,
    };

    internal Option<string[]> Address { get; } = new("--address")
    {
        Description = "An address of a tap: or tun: radio, with the length of its network. May be repeated.",
        HelpName = "ADDRESS/LENGTH",
        Recursive = true,
    };

    internal Option<string[]> Gateway { get; } = new("--gateway")
    {
        Description = "The router of a tap: or tun: radio. May be repeated: IPv4 and IPv6.",
        HelpName = "ADDRESS",
        Recursive = true,
    };

    internal Option<string[]> Dns { get; } = new("--dns")
    {
        Description = "A name server for a tap: or tun: radio. May be repeated.",
        HelpName = "ADDRESS",
        Recursive = true,
    };

    internal Option<bool> Dhcp { get; } = new("--dhcp")
    {
        Description = "Ask a DHCP server for the address, the router and the name servers of a tap: radio.",
        Recursive = true,
    };

    internal Option<int?> Mtu { get; } = new("--mtu")
    {
        Description = "The MTU to set on the device of a tap: or tun: radio.",
        HelpName = "BYTES",
        Recursive = true,
    };

    internal Option<bool> ThreadedNapi { get; } = new("--threaded-napi")
    {
        Description = "Let a thread of the kernel take the frames of a tap: or tun: radio, where the kernel allows it.",
        Recursive = true,
    };

    internal Option<string?> Pcap { get; } = new("--pcap")
    {
        Description = "Capture all frames of a tap:, tun: or stack radio to this file (pcapng).",
        HelpName = "FILE",
        Recursive = true,
    };

    internal Option<double?> Timeout { get; } = new("--timeout")
    {
        Description = "How long to wait, in seconds, fractions allowed. What for depends on the command.",
        HelpName = "SECONDS",
        Recursive = true,
    };

    internal Option<int?> MaxSockets { get; } = new("--max-sockets")
    {
        Description = "How many sockets may be open at once (128).",
        HelpName = "N",
        Recursive = true,
    };

    /// <summary>The options that configure a stack.</summary>
    internal IEnumerable<Option> OfStack => [Address, Gateway, Dns, Dhcp, Mtu, ThreadedNapi];

    internal GlobalOptions()
    {
        Mtu.Require(bytes => bytes is null or (>= 68 and <= 65535), "--mtu takes 68 to 65535 bytes");
        Pcap.Require(file => file is null or { Length: > 0 }, "--pcap takes the name of a file");
        Timeout.Require(seconds => seconds is null or (> 0 and <= MaxTimeout), $"--timeout takes more than 0 and at most {MaxTimeout:0} seconds");
        MaxSockets.Require(sockets => sockets is null or > 0, "--max-sockets takes 1 or more");
    }

    internal void AddTo(Command command)
    {
        command.Add(Interface);
        command.Add(Radio);
        command.Add(Address);
        command.Add(Gateway);
        command.Add(Dns);
        command.Add(Dhcp);
        command.Add(Mtu);
        command.Add(ThreadedNapi);
        command.Add(Pcap);
        command.Add(Timeout);
        command.Add(MaxSockets);
    }

    /// <summary>The timeout that was given, or the command's own.</summary>
    internal TimeSpan? TimeoutOf(ParseResult result, double? fallback) =>
        (result.GetValue(Timeout) ?? fallback) is { } seconds
            ? new TimeSpan((long)Math.Ceiling(seconds * TimeSpan.TicksPerSecond))
            : null;
}
