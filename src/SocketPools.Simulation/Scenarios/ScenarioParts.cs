using SocketPools.Simulation.Scripts;

namespace SocketPools.Simulation;

/// <summary>A text of a scenario, and where it stands.</summary>
public sealed class ScenarioText
{
    internal ScenarioText(string file, ScriptWord word)
    {
        File = file;
        Text = word.Text;
        Line = word.Line;
        Column = word.Column;
    }

    /// <summary>The name of the file.</summary>
    public string File { get; }

    /// <summary>The text as the scenario has it.</summary>
    public string Text { get; }

    /// <summary>The line, counted from 1.</summary>
    public int Line { get; }

    /// <summary>The column, counted from 1.</summary>
    public int Column { get; }

    /// <summary>An error at this place.</summary>
    /// <param name="message">What is wrong.</param>
    public FaultScriptException CreateException(string message) => new(File, Line, Column, message);
}

/// <summary>A node or station of a scenario, with what runs on it.</summary>
public sealed class ScenarioNode
{
    /// <summary>The name of the node, which is in the DNS.</summary>
    public required string Name { get; init; }

    /// <summary>Whether it is a station, without a cable.</summary>
    public required bool IsStation { get; init; }

    /// <summary>The wireless network that a station joins at its start; null for none.</summary>
    public string? Ssid { get; init; }

    /// <summary>The password of that network; null for an open one.</summary>
    public string? Password { get; init; }

    /// <summary>The board that it is like; null for none.</summary>
    public ScenarioText? Board { get; init; }

    /// <summary>The commands that run on it, one after the other.</summary>
    public required IReadOnlyList<ScenarioText> Commands { get; init; }

    /// <summary>The Python programs that run on it, paths from the folder of the scenario.</summary>
    public required IReadOnlyList<ScenarioText> Programs { get; init; }
}

/// <summary>Traffic between two nodes of a scenario.</summary>
public sealed class ScenarioTraffic
{
    /// <summary>Gets the kind: "bulk", "requests" or "rate".</summary>
    public required string Kind { get; init; }

    /// <summary>The name of the node that sends.</summary>
    public required string From { get; init; }

    /// <summary>The name of the node that serves.</summary>
    public required string To { get; init; }

    /// <summary>The name or address that clients use for it; null for the node's name.</summary>
    public string? Host { get; init; }

    /// <summary>The port, at the host and at the node.</summary>
    public int Port { get; init; }

    /// <summary>When it begins, after the start.</summary>
    public TimeSpan Start { get; init; }

    /// <summary>How long one call may wait.</summary>
    public TimeSpan CallTimeout { get; init; }

    /// <summary>How many bytes bulk traffic has.</summary>
    public long Bytes { get; init; }

    /// <summary>How many requests there are.</summary>
    public int Count { get; init; }

    /// <summary>The length of a request in bytes.</summary>
    public int RequestLength { get; init; }

    /// <summary>The length of a response in bytes.</summary>
    public int ResponseLength { get; init; }

    /// <summary>The least time between two requests.</summary>
    public TimeSpan Interval { get; init; }

    /// <summary>Bits per second of traffic at a rate.</summary>
    public long BitsPerSecond { get; init; }

    /// <summary>The length of a datagram in bytes.</summary>
    public int DatagramLength { get; init; }

    /// <summary>How long datagrams are sent.</summary>
    public TimeSpan Duration { get; init; }
}
