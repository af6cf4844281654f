using System.Globalization;
using System.Text;
using System.Text.Json;

namespace SocketPools.Simulation;

/// <summary>One event of a simulation, with its time and its nodes.</summary>
public sealed class SimulationEvent
{
    /// <summary>When, in simulated time since the start.</summary>
    public required TimeSpan Elapsed { get; init; }

    /// <summary>"packet", "lost", "rule", "node" or "note".</summary>
    public required string Kind { get; init; }

    /// <summary>The node that it happened at, or that sent; null for none.</summary>
    public string? From { get; init; }

    /// <summary>The node that a packet goes to; null for others.</summary>
    public string? To { get; init; }

    /// <summary>What, in words.</summary>
    public required string Text { get; init; }

    /// <summary>When a packet arrives; null for one that is lost, and for others.</summary>
    public TimeSpan? Arrival { get; init; }
}

/// <summary>What happened in a simulation, in simulated time. It keeps the latest events, up to a limit.</summary>
public sealed class EventLog
{
    private readonly Lock _lock = new();
    private readonly Queue<SimulationEvent> _events = new();
    private readonly SimulatedClock _clock;
    private readonly int _limit;

    internal EventLog(SimulatedClock clock, int limit)
    {
        _clock = clock;
        _limit = limit;
    }

    /// <summary>How many events were not kept, because there are newer ones.</summary>
    public long Discarded { get; private set; }

    /// <summary>The events that are kept, in the order in which they happened.</summary>
    public IReadOnlyList<SimulationEvent> Events
    {
        get
        {
            lock (_lock)
            {
                return [.. _events];
            }
        }
    }

    /// <summary>Adds a remark of the program's.</summary>
    /// <param name="text">The remark.</param>
    public void Note(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        Add("note", null, text);
    }

    /// <summary>Writes the events as lines of text.</summary>
    /// <param name="writer">Takes them.</param>
    public void WriteText(TextWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        foreach (SimulationEvent e in Events)
        {
            writer.WriteLine(ToText(e));
        }
    }

    /// <summary>Writes the events as lines of JSON, with times in seconds.</summary>
    /// <param name="stream">Takes them.</param>
    public void WriteJson(Stream stream)
    {
        ArgumentNullException.ThrowIfNull(stream);
        foreach (SimulationEvent e in Events)
        {
            using (Utf8JsonWriter json = new(stream))
            {
                json.WriteStartObject();
                json.WriteNumber("time", e.Elapsed.TotalSeconds);
                json.WriteString("kind", e.Kind);
                if (e.From is not null)
                {
                    json.WriteString("from", e.From);
                }

                if (e.To is not null)
                {
                    json.WriteString("to", e.To);
                }

                if (e.Arrival is { } arrival)
                {
                    json.WriteNumber("arrival", arrival.TotalSeconds);
                }

                json.WriteString("text", e.Text);
                json.WriteEndObject();
            }

            stream.WriteByte((byte)'\n');
        }
    }

    internal static string ToText(SimulationEvent e)
    {
        StringBuilder text = new();
        text.Append(CultureInfo.InvariantCulture, $"{e.Elapsed.TotalSeconds,14:0.0000000} {e.Kind,-6} ");
        text.Append(e.To is null ? e.From is null ? "" : e.From + ": " : $"{e.From} > {e.To}: ");
        text.Append(e.Text);
        return text.ToString();
    }

    internal void Add(string kind, string? node, string text) => Add(new SimulationEvent { Elapsed = _clock.Elapsed, Kind = kind, From = node, Text = text });

    internal void AddPacket(in SimulatedPacket packet, TimeSpan? arrival, string? remark)
    {
        if (_limit > 0)
        {
            string text = packet.ToString();
            Add(new SimulationEvent
            {
                Elapsed = _clock.Elapsed,
                Kind = arrival is null ? "lost" : "packet",
                From = packet.From,
                To = packet.To,
                Text = remark is null ? text : $"{text} ({remark})",
                Arrival = arrival,
            });
        }
    }

    private void Add(SimulationEvent e)
    {
        lock (_lock)
        {
            if (_limit == 0)
            {
                return;
            }

            if (_events.Count == _limit)
            {
                _events.Dequeue();
                Discarded++;
            }

            _events.Enqueue(e);
        }
    }
}
