using SocketPools.Stack.Drill.Tests.Parsing;

namespace SocketPools.Stack.Drill.Tests.Playing;

/// <summary>SACK blocks, of which scripts may leave the order open, and the duplicate that stands first (RFC 2883).</summary>
internal sealed class SackComparison(ScriptPacket expected, ScriptOption? wanted, ScriptOption? had)
{
    internal string? Compare(Action<string, string> differs)
    {
        string one = wanted?.BlocksText ?? "";
        string other = had?.BlocksText ?? "";
        if (one == other)
        {
            return null;
        }

        if (IsDuplicateMissing(out string rest) && other.Split(' ').Order().SequenceEqual(rest.Split(' ').Order()))
        {
            differs("dsack", $"[{other}], expected [{one}]");
        }
        else if (one.Split(' ').Order().SequenceEqual(other.Split(' ').Order()))
        {
            differs("sack-order", $"[{other}], expected [{one}]");
        }
        else
        {
            return $"sack [{other}], expected [{one}]";
        }

        return null;
    }

    // At or below the acknowledgment, or inside the second block.
    private bool IsDuplicateMissing(out string rest)
    {
        rest = "";
        if (wanted is not { Blocks.Count: > 0 })
        {
            return false;
        }

        (uint left, uint right) = wanted.Blocks[0];
        rest = (wanted with { Blocks = [.. wanted.Blocks.Skip(1)] }).BlocksText;
        return (expected.Acknowledgment is { } acknowledgment && (int)(right - acknowledgment) <= 0)
            || (wanted.Blocks.Count > 1 && wanted.Blocks[1].Left <= left && right <= wanted.Blocks[1].Right);
    }
}
