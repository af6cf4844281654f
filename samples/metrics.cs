#:project ../src/SocketPools/SocketPools.csproj

// Prints the metrics of the pools: a server and its clients on loopback, and the metrics of both at the end.
//
//   dotnet run samples/metrics.cs                 a few round trips
//   dotnet run samples/metrics.cs -- 1000 64      so many round trips of so many bytes
//
// In a program with OpenTelemetry this is AddMeter("SocketPools"); from outside, dotnet-counters shows the same.

using System.Diagnostics.Metrics;
using System.Globalization;
using SocketPools;
using SocketPools.Diagnostics;

int rounds = args.Length > 0 ? int.Parse(args[0], CultureInfo.InvariantCulture) : 10;
int size = args.Length > 1 ? int.Parse(args[1], CultureInfo.InvariantCulture) : 100;
Lock gate = new();
SortedDictionary<string, (double Value, long Count, string? Unit)> totals = [];

using MeterListener listener = new();
listener.InstrumentPublished = (instrument, l) =>
{
    if (instrument.Meter.Name == SocketPoolTelemetry.Name)
    {
        l.EnableMeasurementEvents(instrument);
    }
};
listener.SetMeasurementEventCallback<int>((instrument, value, tags, _) => Keep(instrument, value, tags));
listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Keep(instrument, value, tags));
listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Keep(instrument, value, tags));
listener.Start();

using SocketPool pool = SocketPool.For(HostNetwork.Default);
RunTraffic();
listener.RecordObservableInstruments();
foreach ((string name, (double value, long count, string? unit)) in totals)
{
    string number = unit == "s"
        ? string.Create(CultureInfo.InvariantCulture, $"{value / count * 1e6:0} us on average of {count}")
        : string.Create(CultureInfo.InvariantCulture, $"{value} {unit}");
    Console.WriteLine($"{name} = {number}");
}

void RunTraffic()
{
    using PoolSocket server = pool.CreateSocket();
    server.Bind("127.0.0.1", 0);
    server.Listen();
    using PoolSocket client = pool.CreateSocket();
    client.SetTimeout(5);
    client.Connect("localhost", server.LocalEndPoint.Port);
    using PoolSocket connection = server.Accept();
    byte[] data = new byte[size];
    for (int i = 0; i < rounds; i++)
    {
        client.SendAll(data);
        for (int count = 0; count < size;)
        {
            count += connection.ReceiveInto(data.AsSpan(count));
        }
    }
}

// Counters add up, gauges are reported once. Leaks are reported by another thread.
void Keep(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
{
    string name = instrument.Name;
    foreach ((string key, object? tag) in tags)
    {
        name += string.Create(CultureInfo.InvariantCulture, $" {key}={tag}");
    }

    lock (gate)
    {
        (double sum, long count, _) = totals.GetValueOrDefault(name);
        totals[name] = (sum + value, count + 1, instrument.Unit);
    }
}
