using System.Globalization;
using System.Text.RegularExpressions;
using SocketPools.Stack.Diagnostics;

namespace SocketPools.Stack.Drill.Tests.Playing;

/// <summary>Assertions about TCP_INFO, as far as the stack's own table has what they ask for. Linux counts in segments, the table in bytes.</summary>
internal sealed partial class ScriptPlayer
{
    private const string InfiniteThreshold = "2147483647";

    private void Assert(string code)
    {
        StackSocketInfo? row = Row();
        foreach (Match match in Regex.Matches(code, @"assert\s*\(?\s*(tcpi_\w+)\s*==\s*(\w+)"))
        {
            string name = match.Groups[1].Value;
            string wanted = match.Groups[2].Value;
            if (name == "tcpi_state")
            {
                CompareState(row?.State ?? "CLOSE", wanted);
            }
            else if (char.IsDigit(wanted[0]) && Info(row, name) is { } had && had != wanted)
            {
                Differs("info", $"{name} {had}, expected {wanted}");
            }
        }
    }

    private static string? Info(StackSocketInfo? row, string name)
    {
        if (row?.Tcp is not { Mss: > 0 } tcp)
        {
            return null;
        }

        long? value = name switch
        {
            "tcpi_snd_cwnd" => tcp.Cwnd / tcp.Mss,
            "tcpi_snd_ssthresh" => tcp.Ssthresh / tcp.Mss,
            "tcpi_unacked" => (tcp.Unacknowledged + tcp.Mss - 1) / tcp.Mss,
            "tcpi_snd_mss" => tcp.Mss,
            _ => null,
        };
        return value?.ToString(CultureInfo.InvariantCulture) ?? (name == "tcpi_snd_ssthresh" ? InfiniteThreshold : null);
    }

    private void CompareState(string had, string wanted)
    {
        static string Plain(string state) => state.Replace("TCPI_", "", StringComparison.Ordinal).Replace("TCP_", "", StringComparison.Ordinal)
            .Replace("_", "", StringComparison.Ordinal).Replace("-", "", StringComparison.Ordinal).Replace("SYNRECEIVED", "SYNRECV", StringComparison.Ordinal)
            .Replace("SYNRCVD", "SYNRECV", StringComparison.Ordinal).Replace("ESTABLISHED", "ESTAB", StringComparison.Ordinal).Replace("CLOSED", "CLOSE", StringComparison.Ordinal);

        // The listener of a connection that is no more is not in the row.
        if (Plain(wanted) != Plain(had) && !(Plain(wanted) == "LISTEN" && Plain(had) == "CLOSE"))
        {
            Differs("state", $"{had}, expected {wanted}");
        }
    }
}
