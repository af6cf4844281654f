using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Net;
using System.Text.RegularExpressions;
using SocketPools.Diagnostics;
using SocketPools.Radios;

namespace SocketPools.Tests.Telemetry;

/// <summary>The table of <c>docs/observability.md</c> and the meter say the same.</summary>
public sealed partial class InstrumentTableTests
{
    private static readonly Dictionary<string, Row> s_rows = ReadTable();

    [Fact]
    public void Every_instrument_has_a_row_with_its_kind_and_unit_and_every_row_an_instrument()
    {
        ConcurrentBag<Instrument> found = [];
        using MeterListener listener = new()
        {
            InstrumentPublished = (instrument, _) =>
            {
                if (instrument.Meter.Name == SocketPoolTelemetry.Name)
                {
                    found.Add(instrument);
                }
            },
        };
        using TestPool pool = new();
        listener.Start();
        string[] code = [.. found.Select(i => $"{i.Name} {KindOf(i)} {i.Unit}").Order(StringComparer.Ordinal)];
        string[] document = [.. s_rows.Select(r => $"{r.Key} {r.Value.Kind} {r.Value.Unit}").Order(StringComparer.Ordinal)];
        Assert.Equal(document, code);
        Assert.All(found, i => Assert.False(string.IsNullOrEmpty(i.Description)));
        Assert.Equal(found.Count, found.Select(i => i.Description).Distinct().Count());
    }

    [Fact]
    public async Task The_attributes_that_real_traffic_shows_are_those_of_the_table()
    {
        NamedRadio radio = new(maxSockets: 4);
        using TestPool pool = new(radio);
        using MeterReadings readings = new(radio.Name);
        (PoolSocket client, PoolSocket server) = pool.TcpPair();
        client.SendAll("12345"u8);
        server.ReceiveInto(new byte[5]);
        client.Close();
        using PoolSocket refused = pool.Pool.CreateSocket();
        Assert.Throws<PoolSocketException>(() => refused.Connect((IPEndPoint)MetricsTests.ClosedPort(pool, refused.Family)));
        pool.Pool.GetAddressInfo("localhost", 80);
        radio.Answer = new AddressLookup(AddressInfoError.NoName);
        Assert.Throws<AddressInfoException>(() => pool.Pool.GetAddressInfo("nowhere.invalid", 80));
        using PoolSocket fourth = pool.Pool.CreateSocket();
        Assert.Throws<OutOfSocketsException>(() => pool.Pool.CreateSocket());
        using CancellationTokenSource cancel = new();
        Task wait = pool.Pool.WaitForCapacityAsync(cancel.Token).AsTask();
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => wait);
        readings.ReadGauges();

        Dictionary<string, string> seen = readings.All
            .GroupBy(r => r.Instrument)
            .ToDictionary(g => g.Key, g => string.Join(' ', g.SelectMany(r => r.Attributes).Select(a => a.Split('=')[0]).Distinct().Order(StringComparer.Ordinal)));
        Dictionary<string, string> told = s_rows.ToDictionary(r => r.Key, r => string.Join(' ', r.Value.Attributes.Order(StringComparer.Ordinal)));
        Assert.Equal(told, seen);
    }

    [Fact]
    public void Every_event_of_the_event_source_has_a_row()
    {
        string[] code = [.. typeof(SocketPoolsEventSource)
            .GetMethods(System.Reflection.BindingFlags.Instance | System.Reflection.BindingFlags.NonPublic | System.Reflection.BindingFlags.DeclaredOnly)
            .Where(m => m.GetCustomAttributes(typeof(System.Diagnostics.Tracing.EventAttribute), false).Length > 0)
            .Select(m => $"{m.Name}({string.Join(", ", m.GetParameters().Select(p => p.Name))})")];
        string[] document = [.. EventRow().Matches(Document).Select(m => m.Groups[1].Value)];
        Assert.Equal(code, document);
    }

    private static string Document => Repository.Read("docs/observability.md");

    private static Dictionary<string, Row> ReadTable() =>
        InstrumentRow().Matches(Document).ToDictionary(
            m => m.Groups["name"].Value,
            m => new Row(m.Groups["kind"].Value, m.Groups["unit"].Value, [.. Code().Matches(m.Groups["attributes"].Value).Select(c => c.Groups[1].Value)]));

    // By the word of OpenTelemetry.
    private static string KindOf(Instrument instrument) => instrument switch
    {
        Counter<long> => "counter",
        Histogram<double> => "histogram",
        ObservableUpDownCounter<int> => "up-down counter",
        ObservableGauge<int> => "gauge",
        _ => instrument.GetType().Name,
    };

    [GeneratedRegex(@"^\| `(?<name>socketpool\.[^`]+)` \| (?<kind>[^|]+) \| `(?<unit>[^`]+)` \| (?<attributes>[^|]+) \|", RegexOptions.Multiline)]
    private static partial Regex InstrumentRow();

    [GeneratedRegex(@"^\| \d+ \| `([^`]+)` \|", RegexOptions.Multiline)]
    private static partial Regex EventRow();

    [GeneratedRegex("`([^`]+)`")]
    private static partial Regex Code();

    private sealed record Row(string Kind, string Unit, string[] Attributes);
}
