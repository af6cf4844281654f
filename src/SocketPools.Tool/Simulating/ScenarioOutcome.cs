using System.Globalization;
using SocketPools.Stack.Diagnostics;

namespace SocketPools.Tool.Simulating;

/// <summary>What a run of a scenario came to.</summary>
internal sealed class ScenarioOutcome
{
    internal required int Seed { get; init; }

    internal required TimeSpan Elapsed { get; init; }

    internal required long Jumps { get; init; }

    internal required long Events { get; init; }

    internal required long FramesForwarded { get; init; }

    internal required long FramesLost { get; init; }

    /// <summary>The tables of routers and stations.</summary>
    internal required IReadOnlyList<TextTable> Tables { get; init; }

    internal required IReadOnlyList<TrafficResult> Traffic { get; init; }

    internal required int FailedCommands { get; init; }

    /// <summary>The nodes, each with its netstat; null for one that does not run.</summary>
    internal required IReadOnlyList<(string Name, StackSnapshot? Snapshot)> Nodes { get; init; }

    internal bool HasFailed => FailedCommands > 0 || Traffic.Any(traffic => traffic.HasFailed);

    /// <summary>Why it failed, in one line; empty when it has not.</summary>
    internal string Failures => string.Join("; ", [
        .. Traffic.Where(traffic => traffic.HasFailed).Select(traffic => $"{traffic.Name}: {traffic.Text}"),
        .. FailedCommands > 0 ? (string[])[FormattableString.Invariant($"{FailedCommands} commands failed")] : [],
    ]);

    /// <summary>Prints the tables.</summary>
    internal void Print(Action<string> print)
    {
        print("");
        print(string.Create(CultureInfo.InvariantCulture, $"Seed {Seed}: {Elapsed.TotalSeconds:0.000000} s simulated, {Jumps} jumps of the clock, {Events} events, {FramesForwarded} frames, {FramesLost} lost"));
        if (Traffic.Count > 0)
        {
            TextTable results = new("traffic", "result");
            foreach (TrafficResult traffic in Traffic)
            {
                results.Add(traffic.Name, traffic.Text);
            }

            PrintTable(results, print);
        }

        TextTable nodes = new("node", "sent", "received", "retransmitted", "time-outs", "dropped");
        foreach ((string name, StackSnapshot? snapshot) in Nodes)
        {
            nodes.Add(name, Count(snapshot, "framesSent"), Count(snapshot, "framesReceived"), Count(snapshot, "tcpSegmentsRetransmitted"), Count(snapshot, "tcpRetransmissionTimeouts"), Dropped(snapshot));
        }

        PrintTable(nodes, print);
        foreach (TextTable table in Tables)
        {
            PrintTable(table, print);
        }

        foreach ((string name, StackSnapshot? snapshot) in Nodes)
        {
            print("");
            print(snapshot is null ? $"{name} does not run" : $"{name}:");
            if (snapshot is not null)
            {
                PrintLines(SocketsOf(snapshot), print);
            }
        }
    }

    private static void PrintTable(TextTable table, Action<string> print)
    {
        print("");
        PrintLines(table.ToString(), print);
    }

    private static void PrintLines(string text, Action<string> print)
    {
        foreach (string line in text.Split('\n'))
        {
            print(line.TrimEnd());
        }
    }

    private static string Count(StackSnapshot? snapshot, string name) =>
        snapshot?.Counters.FirstOrDefault(counter => counter.Name == name)?.Count.ToString(CultureInfo.InvariantCulture) ?? "-";

    private static string Dropped(StackSnapshot? snapshot) => snapshot?.DroppedByReason.Sum(counter => counter.Count).ToString(CultureInfo.InvariantCulture) ?? "-";

    // The sockets alone: the first table of netstat.
    private static string SocketsOf(StackSnapshot snapshot)
    {
        string text = snapshot.ToString();
        int begin = text.IndexOf("Netid", StringComparison.Ordinal), end = text.IndexOf("Iface ", StringComparison.Ordinal);
        return text[Math.Max(0, begin)..(end < 0 ? text.Length : end)].TrimEnd();
    }
}
