using System.Globalization;
using SocketPools.Stack.Drill.Tests.Parsing;
using SocketPools.Stack.Drill.Tests.Wire;

namespace SocketPools.Stack.Drill.Tests.Playing;

/// <summary>Compares a segment that the stack has sent with the script's.</summary>
/// <param name="connection">Where the numbers begin; null for a segment of no connection.</param>
/// <param name="tolerance">How much timestamps may differ, in seconds.</param>
internal sealed class SegmentMatcher(ScriptConnection? connection, double tolerance)
{
    internal List<Difference> Differences { get; } = [];

    /// <summary>A segment as scripts write them.</summary>
    internal static string Show(DrillSegment segment, ScriptConnection? connection)
    {
        bool isSyn = segment.Has('S');
        string acknowledgment = segment.Has('.') ? string.Create(CultureInfo.InvariantCulture, $" ack {segment.Acknowledgment - (connection?.RemoteOffset(isSyn) ?? 0)}") : "";
        string options = string.Join(",", segment.Options.Select(option => Relative(option, connection)));
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{segment.Flags} {segment.Sequence - (connection?.LocalOffset(isSyn) ?? 0)}({segment.Length}){acknowledgment} win {segment.Window} <{options}>");
    }

    /// <summary>Why the segment cannot be the script's; null when it is, with <see cref="Differences"/> of less weight.</summary>
    internal string? Compare(ScriptPacket expected, DrillSegment sent)
    {
        if (sent.Fault is { } fault)
        {
            return "bad " + fault;
        }

        bool isSyn = sent.Has('S');
        if (isSyn)
        {
            connection?.LearnSyn(expected, sent);
        }

        return CompareFlags(expected, sent)
            ?? CompareNumbers(expected, sent, isSyn)
            ?? (expected.HasAnyOptions ? null : CompareOptions(expected, sent))
            ?? CompareRest(expected, sent);
    }

    private string? CompareFlags(ScriptPacket expected, DrillSegment sent)
    {
        string wanted = Bare(expected.Flags);
        string had = Bare(sent.Flags);
        bool isFirstOfSeveral = sent.Length > 0 && sent.Length < expected.Length && wanted.Replace("F", "", StringComparison.Ordinal) == had;
        if (wanted == had || isFirstOfSeveral)
        {
            return null;
        }

        if (wanted.Replace("E", "", StringComparison.Ordinal).Replace("W", "", StringComparison.Ordinal) != had)
        {
            return "flags";
        }

        Add("ecn", $"flags {sent.Flags}, expected {expected.Flags}");
        return null;
    }

    private static string Bare(string flags) => new([.. flags.Where(flag => flag is not ('P' or '-')).Order()]);

    private string? CompareNumbers(ScriptPacket expected, DrillSegment sent, bool isSyn)
    {
        if (!expected.IsAnySequence && sent.Sequence - (connection?.LocalOffset(isSyn) ?? 0) != expected.Sequence)
        {
            return "sequence";
        }

        if (sent.Length != expected.Length && (sent.Length == 0 || sent.Length > expected.Length))
        {
            return "length";
        }

        return sent.Has('.') && expected.Acknowledgment is { } wanted && sent.Acknowledgment - (connection?.RemoteOffset(isSyn) ?? 0) != wanted ? "ack" : null;
    }

    private string? CompareOptions(ScriptPacket expected, DrillSegment sent)
    {
        ScriptOption[] wanted = [.. expected.Options.Where(option => !option.IsPadding)];
        ScriptOption[] had = [.. sent.Options.Where(option => !option.IsPadding).Select(option => Relative(option, connection))];
        foreach (string name in wanted.Concat(had).Select(option => option.Name).Distinct())
        {
            ScriptOption? one = Array.Find(wanted, option => option.Name == name);
            ScriptOption? other = Array.Find(had, option => option.Name == name);
            if (name == "TS" && (one is null || other is null) && sent.Has('R'))
            {
                Add("rst-ts", "options of a reset");
            }
            else if (CompareOption(expected, name, one, other) is { } wrong)
            {
                return wrong;
            }
        }

        return null;
    }

    private string? CompareOption(ScriptPacket expected, string name, ScriptOption? wanted, ScriptOption? had)
    {
        if (name == "sack")
        {
            return new SackComparison(expected, wanted, had).Compare(Add);
        }

        if (wanted is null || had is null)
        {
            return $"option {name} {(wanted is null ? "unexpected" : "missing")}";
        }

        switch (name)
        {
            case "mss" when wanted.First != had.First:
                return string.Create(CultureInfo.InvariantCulture, $"mss {had.First}, expected {wanted.First}");
            case "wscale" when wanted.First != had.First:
                Add("wscale", $"{had.First}, expected {wanted.First}");
                break;
            case "TS":
                CompareTimestamps(wanted, had);
                break;
        }

        return null;
    }

    private void CompareTimestamps(ScriptOption wanted, ScriptOption had)
    {
        connection?.LearnTimestamp(wanted.First, had.First);
        if (had.Second != wanted.Second)
        {
            Add("ts-ecr", $"{had.Second}, expected {wanted.Second}");
        }

        if (Math.Abs(connection?.TimestampDifference(wanted.First, had.First) ?? 0) > (tolerance * 1000) + 5)
        {
            Add("ts-val", $"{had.First}, expected {wanted.First}");
        }
    }

    private string? CompareRest(ScriptPacket expected, DrillSegment sent)
    {
        if (expected.Window is { } window && sent.Window != window)
        {
            Add((window == 0) == (sent.Window == 0) ? "win" : "win-zero", $"{sent.Window}, expected {window}");
        }

        if (expected.Has('P') != sent.Has('P') && sent.Length >= expected.Length)
        {
            Add("psh", $"{sent.Flags}, expected {expected.Flags}");
        }

        return ComparePayload(sent);
    }

    /// <summary>Whether the bytes are those that the program wrote there.</summary>
    internal string? ComparePayload(DrillSegment sent)
    {
        if (sent.Fault is { } fault)
        {
            return "bad " + fault;
        }

        if (connection is not { HasLocalIsn: true } || sent.Length == 0)
        {
            return null;
        }

        long start = sent.Sequence - connection.LocalOffset(isSyn: false) - 1;
        int wrong = Pattern.FindWrong(sent.Payload, start);
        return wrong < 0 ? null : string.Create(CultureInfo.InvariantCulture, $"payload: byte {start + wrong} is wrong");
    }

    private static ScriptOption Relative(ScriptOption option, ScriptConnection? connection)
    {
        uint offset = connection?.RemoteOffset(isSyn: false) ?? 0;
        return option.Name == "sack" ? option with { Blocks = [.. option.Blocks.Select(block => (block.Left - offset, block.Right - offset))] } : option;
    }

    private void Add(string kind, string what) => Differences.Add(new Difference(kind, what));
}
