using System.IO.Compression;
using System.Text;
using System.Text.Json;

namespace SocketPools.Simulation.Timelines;

/// <summary>
/// A simulation as one HTML page that needs nothing else: nodes are lanes, packets are lines between them. The events are in the page as
/// compressed JSON; the script of the page draws what is in its window.
/// </summary>
internal sealed class Timeline(EventLog log, TimeSpan end, IReadOnlyList<string> nodes)
{
    private const string Data = "@DATA@";

    internal required int Seed { get; init; }

    /// <summary>Why the simulation has failed; null when it has not.</summary>
    internal string? Failure { get; init; }

    internal void Write(Stream stream)
    {
        string page = Resource("timeline.html")
            .Replace("@TITLE@", FormattableString.Invariant($"Timeline of seed {Seed}"), StringComparison.Ordinal)
            .Replace("@STYLE@", Resource("timeline.css"), StringComparison.Ordinal)
            .Replace("@DECODER@", Resource("decoder.js"), StringComparison.Ordinal)
            .Replace("@SCRIPT@", Resource("timeline.js"), StringComparison.Ordinal);
        int data = page.IndexOf(Data, StringComparison.Ordinal);
        using StreamWriter writer = new(stream, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false), leaveOpen: true);
        writer.Write(page.AsSpan(0, data));
        writer.Write(Convert.ToBase64String(Compress()));
        writer.Write(page.AsSpan(data + Data.Length));
    }

    private static string Resource(string name)
    {
        using Stream stream = typeof(Timeline).Assembly.GetManifestResourceStream(name)!;
        using StreamReader reader = new(stream);
        return reader.ReadToEnd();
    }

    private ReadOnlySpan<byte> Compress()
    {
        MemoryStream data = new();
        using (Utf8JsonWriter json = new(data))
        {
            WriteData(json);
        }

        ReadOnlySpan<byte> plain = data.GetBuffer().AsSpan(0, (int)data.Length);
        return PlainGzip.IsCompressed ? Compress(plain) : PlainGzip.Wrap(plain);
    }

    private static ReadOnlySpan<byte> Compress(ReadOnlySpan<byte> plain)
    {
        MemoryStream compressed = new();
        using (GZipStream zip = new(compressed, CompressionLevel.Optimal, leaveOpen: true))
        {
            zip.Write(plain);
        }

        return compressed.GetBuffer().AsSpan(0, (int)compressed.Length);
    }

    private void WriteData(Utf8JsonWriter json)
    {
        IReadOnlyList<SimulationEvent> events = log.Events;
        string[] lanes = [.. nodes.Concat(events.SelectMany(e => new[] { e.From, e.To }).OfType<string>()).Distinct()];
        Dictionary<string, int> lane = lanes.Index().ToDictionary(l => l.Item, l => l.Index);
        json.WriteStartObject();
        json.WriteNumber("seed", Seed);
        json.WriteNumber("end", end.Ticks);
        json.WriteNumber("discarded", log.Discarded);
        json.WriteString("failure", Failure);
        json.WriteStartArray("nodes");
        Array.ForEach(lanes, json.WriteStringValue);
        json.WriteEndArray();
        WriteRules(json);
        WritePackets(json, events, lane);
        WriteEvents(json, events, lane);
        json.WriteEndObject();
    }

    private void WriteRules(Utf8JsonWriter json)
    {
        json.WriteStartArray("rules");
        foreach (RuleSpan rule in log.Rules)
        {
            json.WriteStartArray();
            json.WriteNumberValue(rule.Id);
            json.WriteNumberValue(rule.Begin.Ticks);
            json.WriteNumberValue(rule.End?.Ticks ?? -1);
            json.WriteStringValue(rule.Description);
            json.WriteEndArray();
        }

        json.WriteEndArray();
    }

    private static void WritePackets(Utf8JsonWriter json, IReadOnlyList<SimulationEvent> events, Dictionary<string, int> lane)
    {
        Retransmissions retransmissions = new();
        json.WriteStartArray("packets");
        foreach (SimulationEvent e in events)
        {
            if (e.To is null)
            {
                continue;
            }

            SimulatedPacket packet = new(e.From!, e.To, e.Frame.Span);
            json.WriteStartArray();
            json.WriteNumberValue(e.Elapsed.Ticks);
            json.WriteNumberValue(e.Arrival?.Ticks ?? -1);
            json.WriteNumberValue(lane[e.From!]);
            json.WriteNumberValue(lane[e.To]);
            json.WriteNumberValue(e.Length);
            json.WriteNumberValue(packet.Protocol);
            json.WriteNumberValue(retransmissions.IsNext(packet) ? 1 : 0);
            json.WriteStringValue(e.Fault ?? "");
            json.WriteStringValue(packet.ToString());
            json.WriteBase64StringValue(e.Frame.Span);
            json.WriteEndArray();
        }

        json.WriteEndArray();
    }

    // What rules do is in their own list.
    private static void WriteEvents(Utf8JsonWriter json, IReadOnlyList<SimulationEvent> events, Dictionary<string, int> lane)
    {
        json.WriteStartArray("events");
        foreach (SimulationEvent e in events.Where(e => e.To is null && e.Kind != "rule"))
        {
            json.WriteStartArray();
            json.WriteNumberValue(e.Elapsed.Ticks);
            json.WriteStringValue(e.Kind);
            json.WriteNumberValue(e.From is null ? -1 : lane[e.From]);
            json.WriteStringValue(e.Text);
            json.WriteEndArray();
        }

        json.WriteEndArray();
    }
}
