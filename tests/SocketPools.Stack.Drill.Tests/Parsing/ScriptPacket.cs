using System.Globalization;

namespace SocketPools.Stack.Drill.Tests.Parsing;

/// <summary>A TCP option, by packetdrill's names: mss, wscale, sackOK, sack, TS, nop, eol.</summary>
internal sealed record ScriptOption(string Name, uint First = 0, uint Second = 0)
{
    internal IReadOnlyList<(uint Left, uint Right)> Blocks { get; init; } = [];

    internal bool IsPadding => Name is "nop" or "eol";

    internal string BlocksText => string.Join(" ", Blocks.Select(block => string.Create(CultureInfo.InvariantCulture, $"{block.Left}:{block.Right}")));

    public override string ToString() => Name switch
    {
        "mss" or "wscale" => string.Create(CultureInfo.InvariantCulture, $"{Name} {First}"),
        "TS" => string.Create(CultureInfo.InvariantCulture, $"TS val {First} ecr {Second}"),
        "sack" => "sack " + BlocksText,
        _ => Name,
    };
}

/// <summary>A packet as a script has it. Sequence numbers are relative.</summary>
internal sealed class ScriptPacket
{
    internal bool IsIcmp { get; init; }

    internal string IcmpType { get; set; } = "";

    internal string IcmpCode { get; set; } = "";

    internal int? IcmpMtu { get; set; }

    internal string Flags { get; set; } = "";

    internal uint Sequence { get; set; }

    internal bool IsAnySequence { get; set; }

    internal int Length { get; set; }

    internal uint? Acknowledgment { get; set; }

    internal int? Window { get; set; }

    internal int Urgent { get; set; }

    internal List<ScriptOption> Options { get; } = [];

    /// <summary>The script leaves the options open: <c>&lt;...&gt;</c>.</summary>
    internal bool HasAnyOptions { get; set; }

    internal string Ecn { get; set; } = "";

    internal bool IsPureAcknowledgment => !IsIcmp && Flags == "." && Length == 0;

    internal bool Has(char flag) => Flags.Contains(flag, StringComparison.Ordinal);
}
