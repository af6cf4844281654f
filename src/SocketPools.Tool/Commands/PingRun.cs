using System.Globalization;
using SocketPools.Radios;

namespace SocketPools.Tool;

/// <summary>A series of echoes and its statistics.</summary>
internal sealed class PingRun(IcmpEcho echo, string host, IPSocketAddress address, int size, TimeSpan timeout)
{
    private readonly List<PingRow> _rows = [];
    private int _sent;
    private int _received;
    private double _sum;
    private double _minimum = double.MaxValue;
    private double _maximum;

    // A run without an end must not grow without an end.
    private const int MaxRows = 100_000;

    internal int? Count { get; init; }

    internal TimeSpan Interval { get; init; }

    internal required TimeProvider Clock { get; init; }

    internal required Action<string> Print { get; init; }

    internal PingReport Run(CancellationToken stop)
    {
        byte[] payload = [.. Enumerable.Range(0, size).Select(i => (byte)i)];
        string kind = echo.IsRaw ? "raw" : "ping";
        Print($"PING {ToolConsole.OneLine(host)} ({address.ToIPAddress()}): {size} bytes of payload, {kind} socket");
        TimeProvider clock = Clock;
        while (!stop.IsCancellationRequested && (Count is null || _sent < Count))
        {
            long start = clock.GetTimestamp();
            try
            {
                Note(SendOne(payload));
            }
            catch (PoolSocketException) when (stop.IsCancellationRequested)
            {
                break;
            }

            TimeSpan left = Interval - clock.GetElapsedTime(start);
            if (left > TimeSpan.Zero && _sent != Count)
            {
                ClockWaits.Pause(clock, left, stop);
            }
        }

        PingReport report = Summarize(kind);
        PrintSummary(report);
        return report;
    }

    private PingRow SendOne(byte[] payload)
    {
        int sequence = ++_sent;
        EchoResult result;
        try
        {
            result = echo.Ping(address, unchecked((ushort)sequence), payload, timeout);
        }
        catch (PoolSocketException e) when (sequence > 1 && e.Errno is (Errno.ENETUNREACH or Errno.EHOSTUNREACH or Errno.ENETDOWN or Errno.ENOBUFS))
        {
            return new PingRow(sequence, null, null, e.Message); // the network went away; it may come back
        }

        return result.Outcome switch
        {
            EchoOutcome.Reply => new PingRow(sequence, Math.Round(result.Time.TotalMilliseconds, 3), result.TimeToLive, null),
            EchoOutcome.TimedOut => new PingRow(sequence, null, null, "no answer"),
            EchoOutcome.Unreachable => new PingRow(sequence, null, null, $"{result.From.ToIPAddress()} says: unreachable"),
            _ => new PingRow(sequence, null, null, $"{result.From.ToIPAddress()} says: time to live exceeded"),
        };
    }

    private void Note(PingRow row)
    {
        if (_rows.Count < MaxRows)
        {
            _rows.Add(row);
        }

        if (row.Ms is not { } ms)
        {
            Print($"seq={row.Sequence} {row.Error}");
            return;
        }

        _received++;
        _sum += ms;
        _minimum = Math.Min(_minimum, ms);
        _maximum = Math.Max(_maximum, ms);
        string timeToLive = row.TimeToLive is { } ttl ? string.Create(CultureInfo.InvariantCulture, $" ttl={ttl}") : "";
        Print(string.Create(CultureInfo.InvariantCulture, $"{size} bytes from {address.ToIPAddress()}: seq={row.Sequence}{timeToLive} time={ms:0.000} ms"));
    }

    private PingReport Summarize(string kind)
    {
        double loss = _sent == 0 ? 0 : Math.Round(100.0 * (_sent - _received) / _sent, 1);
        bool any = _received > 0;
        return new PingReport(
            host, address.ToIPAddress().ToString(), kind, size, _sent, _received, loss,
            any ? _minimum : null, any ? Math.Round(_sum / _received, 3) : null, any ? _maximum : null, [.. _rows]);
    }

    private void PrintSummary(PingReport report)
    {
        string times = report.AverageMs is null ? "" : string.Create(
            CultureInfo.InvariantCulture,
            $"; {report.MinimumMs:0.000} ms at least, {report.AverageMs:0.000} ms on average, {report.MaximumMs:0.000} ms at most");
        Print(string.Create(CultureInfo.InvariantCulture, $"{report.Sent} sent, {report.Received} answered, {report.LossPercent:0.#} % lost{times}"));
    }
}
