using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Globalization;
using SocketPools.Diagnostics;

namespace SocketPools.Tests.Telemetry;

/// <summary>All that the meter tells of one radio.</summary>
internal sealed class MeterReadings : IDisposable
{
    private readonly MeterListener _listener = new();
    private readonly string _radio;
    private readonly ConcurrentQueue<Reading> _readings = [];

    internal MeterReadings(string radio)
    {
        _radio = radio;
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Name == SocketPoolTelemetry.Name)
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Keep(instrument, value, tags));
        _listener.SetMeasurementEventCallback<int>((instrument, value, tags, _) => Keep(instrument, value, tags));
        _listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Keep(instrument, value, tags));
        _listener.Start();
    }

    internal IReadOnlyCollection<Reading> All => _readings;

    public void Dispose() => _listener.Dispose();

    internal void ReadGauges() => _listener.RecordObservableInstruments();

    /// <summary>The values of an instrument with these attributes among others: <c>"network.type=ipv4"</c>.</summary>
    internal double[] Of(string instrument, params string[] attributes) =>
        [.. _readings.Where(r => r.Instrument == instrument && attributes.All(r.Attributes.Contains)).Select(r => r.Value)];

    internal double Sum(string instrument, params string[] attributes) => Of(instrument, attributes).Sum();

    private void Keep(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        // Other tests run beside this one, and count what they allocate: nothing is made for their sockets.
        if (!IsMine(tags))
        {
            return;
        }

        List<string> attributes = [];
        foreach (KeyValuePair<string, object?> tag in tags)
        {
            attributes.Add(string.Create(CultureInfo.InvariantCulture, $"{tag.Key}={tag.Value}"));
        }

        _readings.Enqueue(new Reading(instrument.Name, value, attributes));
    }

    private bool IsMine(ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        foreach (KeyValuePair<string, object?> tag in tags)
        {
            if (tag.Key == "socketpool.radio" && Equals(tag.Value, _radio))
            {
                return true;
            }
        }

        return false;
    }

    internal sealed record Reading(string Instrument, double Value, IReadOnlyList<string> Attributes);
}
