using System.Globalization;
using System.Text;
using System.Text.Json;

namespace SocketPools.Simulation;

/// <summary>What happened in a simulation, in simulated time. It keeps the latest events, up to a limit.</summary>
public sealed class EventLog
{
    private readonly Lock _lock = new();
    private readonly Queue<SimulationEvent> _events = new();
    private readonly SortedDictionary<int, RuleSpan> _rules = [];
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

    /// <summary>Raised for each remark, with its text, when it was added.</summary>
    public event Action<string>? Noted;

    internal IReadOnlyList<RuleSpan> Rules
    {
        get
        {
            lock (_lock)
            {
                return [.. _rules.Values];
            }
        }
    }

    /// <summary>Adds a remark of the program's.</summary>
    /// <param name="text">The remark.</param>
    public void Note(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        Add("note", null, text);
        Noted?.Invoke(text);
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

                if (e.To is not null)
                {
                    json.WriteNumber("length", e.Length);
                }

                if (e.Fault is not null)
                {
                    json.WriteString("fault", e.Fault);
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

    internal void Add(string kind, string? node, string text)
    {
        if (_limit > 0)
        {
            Add(new SimulationEvent(_clock.Elapsed, kind, node, text));
        }
    }

    /// <summary>A packet was sent. It arrives, or is lost (null).</summary>
    internal void AddPacket(in SimulatedPacket packet, TimeSpan? arrival, string? fault)
    {
        if (_limit > 0)
        {
            Add(new SimulationEvent(_clock.Elapsed, packet, arrival, fault));
        }
    }

    internal void BeginRule(int id, string description)
    {
        Add("rule", null, string.Create(CultureInfo.InvariantCulture, $"rule {id} begins: {description}"));
        if (_limit > 0)
        {
            lock (_lock)
            {
                _rules.Add(id, new RuleSpan(id, description, _clock.Elapsed));
            }
        }
    }

    internal void EndRule(int id)
    {
        Add("rule", null, string.Create(CultureInfo.InvariantCulture, $"rule {id} ends"));
        lock (_lock)
        {
            if (_rules.TryGetValue(id, out RuleSpan? rule))
            {
                rule.End = _clock.Elapsed;
            }
        }
    }

    private void Add(SimulationEvent e)
    {
        lock (_lock)
        {
            if (_events.Count == _limit)
            {
                _events.Dequeue();
                Discarded++;
            }

            _events.Enqueue(e);
        }
    }
}

/// <summary>When a rule was in force. All of them are kept, also those whose events are not.</summary>
internal sealed class RuleSpan(int id, string description, TimeSpan begin)
{
    internal int Id => id;

    internal string Description => description;

    internal TimeSpan Begin => begin;

    /// <summary>Null while it is in force.</summary>
    internal TimeSpan? End { get; set; }
}
