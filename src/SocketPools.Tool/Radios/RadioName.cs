namespace SocketPools.Tool.Radios;

/// <summary>What <c>--radio</c> names.</summary>
internal enum RadioKind
{
    /// <summary>The host's own network.</summary>
    Host,
    /// <summary>A stack with nothing but its loopback.</summary>
    Stack,
    /// <summary>A stack on a TAP device.</summary>
    Tap,
    /// <summary>A stack on a TUN device.</summary>
    Tun,
}

/// <summary>The value of <c>--radio</c>: <c>host</c>, <c>host/eth1</c>, <c>stack</c>, <c>tap:NAME</c>, <c>tun:NAME</c>.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Device">The interface or device; null for none.</param>
internal sealed record RadioName(RadioKind Kind, string? Device)
{
    internal const string Help = "host, host/INTERFACE, tap:NAME, tun:NAME or stack";

    internal static RadioName Host { get; } = new(RadioKind.Host, null);

    /// <summary>Reads a name.</summary>
    /// <returns>False: it is none.</returns>
    internal static bool TryParse(string text, out RadioName name)
    {
        name = text switch
        {
            "host" => Host,
            "stack" => new RadioName(RadioKind.Stack, null),
            _ when After(text, "host/") is { } device => new RadioName(RadioKind.Host, device),
            _ when After(text, "tap:") is { } device => new RadioName(RadioKind.Tap, device),
            _ when After(text, "tun:") is { } device => new RadioName(RadioKind.Tun, device),
            _ => null!,
        };
        return name is not null;
    }

    public override string ToString() => Kind switch
    {
        RadioKind.Host => Device is null ? "host" : $"host/{Device}",
        RadioKind.Stack => "stack",
        RadioKind.Tap => $"tap:{Device}",
        _ => $"tun:{Device}",
    };

    private static string? After(string text, string beginning) =>
        text.StartsWith(beginning, StringComparison.Ordinal) && text.Length > beginning.Length ? text[beginning.Length..] : null;
}
