using System.Globalization;
using System.Net;
using System.Net.Sockets;
using SocketPools.Radios;
using SocketPools.Simulation;

namespace SocketPools.Tool.Simulating;

/// <summary>What traffic came to.</summary>
/// <param name="Name">Kind and nodes.</param>
/// <param name="Text">In words.</param>
/// <param name="BitsPerSecond">The throughput; null where it failed.</param>
internal sealed record TrafficResult(string Name, string Text, double? BitsPerSecond)
{
    internal bool HasFailed => BitsPerSecond is null;
}

/// <summary>Built-in traffic: a client on one node, a server on another, both with blocking calls.</summary>
internal abstract class Traffic(ScenarioTraffic plan)
{
    private static readonly TimeSpan s_retry = TimeSpan.FromMilliseconds(100);

    protected ScenarioTraffic Plan => plan;

    internal string Name => FormattableString.Invariant($"{plan.Kind} {plan.From} > {plan.Host ?? plan.To}:{plan.Port}");

    /// <summary>Serves until the simulation ends; a node that has crashed is waited for.</summary>
    internal void Serve(ScenarioRun run)
    {
        while (true)
        {
            try
            {
                ServeOnce(run, run.Network[plan.To]);
            }
            catch (Exception e) when (e is PoolSocketException or ObjectDisposedException)
            {
                run.Pause(s_retry);
            }
        }
    }

    internal static Traffic Create(ScenarioTraffic plan) => plan.Kind switch
    {
        "bulk" => new BulkTraffic(plan),
        "requests" => new RequestTraffic(plan),
        _ => new RateTraffic(plan),
    };

    internal TrafficResult Send(ScenarioRun run)
    {
        if (plan.Start > TimeSpan.Zero)
        {
            run.Pause(plan.Start);
        }

        try
        {
            // What asks for its address at the same time has one a moment later.
            run.AwaitAddress(run.Network[plan.From], plan.CallTimeout);
            run.AwaitAddress(run.Network[plan.To], plan.CallTimeout);
            return Send(run, run.Network[plan.From]);
        }
        catch (Exception e) when (e is PoolSocketException or ObjectDisposedException)
        {
            string why = e is PoolSocketException ? e.Message : $"node {plan.From} does not run";
            return new TrafficResult(Name, FormattableString.Invariant($"failed at {run.Elapsed.TotalSeconds:0.000} s: {ToolConsole.OneLine(why)}"), null);
        }
    }

    protected abstract void ServeOnce(ScenarioRun run, SimulatedNode node);

    protected abstract TrafficResult Send(ScenarioRun run, SimulatedNode node);

    protected TrafficResult Result(string text, double bitsPerSecond) => new(Name, text, bitsPerSecond);

    protected PoolSocket Connect(SimulatedNode node)
    {
        PoolSocket socket = node.Pool.CreateSocket();
        try
        {
            socket.SetTimeout(plan.CallTimeout.TotalSeconds);
            socket.Connect(plan.Host ?? plan.To, plan.Port);
            return socket;
        }
        catch
        {
            socket.Close();
            throw;
        }
    }

    /// <summary>Accepts one client after the other, each served on a thread of its own.</summary>
    protected void Accept(ScenarioRun run, SimulatedNode node, Action<PoolSocket> serve)
    {
        using PoolSocket listener = node.Pool.CreateSocket();
        listener.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true);
        listener.Bind(new IPEndPoint(IPAddress.Any, plan.Port));
        listener.Listen();
        while (true)
        {
            PoolSocket client = listener.Accept();
            run.Start($"{plan.Kind} on {node.Name}", () =>
            {
                using (client)
                {
                    serve(client);
                }
            });
        }
    }

    /// <summary>Receives all of a buffer; false at the end of the connection.</summary>
    protected static bool TryFill(PoolSocket socket, Span<byte> buffer)
    {
        while (!buffer.IsEmpty)
        {
            int count = socket.ReceiveInto(buffer);
            if (count == 0)
            {
                return false;
            }

            buffer = buffer[count..];
        }

        return true;
    }

    protected static string Rate(double bitsPerSecond) => bitsPerSecond >= 1e6
        ? string.Create(CultureInfo.InvariantCulture, $"{bitsPerSecond / 1e6:0.000} Mbit/s")
        : string.Create(CultureInfo.InvariantCulture, $"{bitsPerSecond / 1e3:0.000} kbit/s");
}

/// <summary>A number of bytes over one TCP connection, as fast as it goes. It ends when the server has received all of them.</summary>
internal sealed class BulkTraffic(ScenarioTraffic plan) : Traffic(plan)
{
    protected override void ServeOnce(ScenarioRun run, SimulatedNode node) => Accept(run, node, client =>
    {
        byte[] buffer = new byte[65536];
        while (client.ReceiveInto(buffer) > 0)
        {
        }
    });

    protected override TrafficResult Send(ScenarioRun run, SimulatedNode node)
    {
        TimeSpan start = run.Elapsed;
        using PoolSocket socket = Connect(node);
        byte[] buffer = new byte[65536];
        for (long left = Plan.Bytes; left > 0; left -= Math.Min(left, buffer.Length))
        {
            socket.SendAll(buffer.AsSpan(0, (int)Math.Min(left, buffer.Length)));
        }

        socket.Shutdown(SocketShutdown.Send);
        TryFill(socket, buffer.AsSpan(0, 1));
        double seconds = (run.Elapsed - start).TotalSeconds;
        double rate = Plan.Bytes * 8 / seconds;
        return Result(string.Create(CultureInfo.InvariantCulture, $"{Plan.Bytes} bytes in {seconds:0.000} s, {Rate(rate)}"), rate);
    }
}

/// <summary>Requests and responses over one TCP connection, one after the other.</summary>
internal sealed class RequestTraffic(ScenarioTraffic plan) : Traffic(plan)
{
    protected override void ServeOnce(ScenarioRun run, SimulatedNode node) => Accept(run, node, client =>
    {
        client.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.NoDelay, true);
        byte[] asked = new byte[Plan.RequestLength], answer = new byte[Plan.ResponseLength];
        while (TryFill(client, asked))
        {
            client.SendAll(answer);
        }
    });

    protected override TrafficResult Send(ScenarioRun run, SimulatedNode node)
    {
        TimeSpan start = run.Elapsed;
        using PoolSocket socket = Connect(node);
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.NoDelay, true);
        byte[] asked = new byte[Plan.RequestLength], answer = new byte[Plan.ResponseLength];
        double[] times = new double[Plan.Count];
        for (int i = 0; i < Plan.Count; i++)
        {
            TimeSpan before = run.Elapsed;
            socket.SendAll(asked);
            if (!TryFill(socket, answer))
            {
                throw socket.CreateException(Errno.ECONNRESET, "recv_into", Deadline.Never);
            }

            times[i] = (run.Elapsed - before).TotalMilliseconds;
            TimeSpan left = Plan.Interval - (run.Elapsed - before);
            if (left > TimeSpan.Zero && i + 1 < Plan.Count)
            {
                run.Pause(left);
            }
        }

        double seconds = (run.Elapsed - start).TotalSeconds;
        double mean = times.Average();
        Array.Sort(times);
        return Result(
            string.Create(CultureInfo.InvariantCulture, $"{Plan.Count} in {seconds:0.000} s; {times[0]:0.000} ms at least, {mean:0.000} ms on average, {times[(int)(Plan.Count * 0.99)]:0.000} ms for 99 %, {times[^1]:0.000} ms at most"),
            (double)Plan.Count * (Plan.RequestLength + Plan.ResponseLength) * 8 / seconds);
    }
}

/// <summary>Datagrams at a constant rate.</summary>
internal sealed class RateTraffic(ScenarioTraffic plan) : Traffic(plan)
{
    // What is under way when the last datagram was sent.
    private static readonly TimeSpan s_tail = TimeSpan.FromSeconds(1);

    private long _received;

    protected override void ServeOnce(ScenarioRun run, SimulatedNode node)
    {
        using PoolSocket socket = node.Pool.CreateSocket(AddressFamily.InterNetwork, SocketType.Dgram);
        socket.Bind(new IPEndPoint(IPAddress.Any, Plan.Port));
        byte[] buffer = new byte[65536];
        while (true)
        {
            socket.ReceiveFromInto(buffer, out _);
            _received++;
        }
    }

    protected override TrafficResult Send(ScenarioRun run, SimulatedNode node)
    {
        using PoolSocket socket = node.Pool.CreateSocket(AddressFamily.InterNetwork, SocketType.Dgram);
        socket.SetTimeout(Plan.CallTimeout.TotalSeconds);
        IPSocketAddress remote = node.Pool.GetAddressInfo(Plan.Host ?? Plan.To, Plan.Port, AddressFamily.InterNetwork, SocketType.Dgram, timeout: Plan.CallTimeout)[0].Address;
        byte[] datagram = new byte[Plan.DatagramLength];
        TimeSpan start = run.Elapsed, gap = TimeSpan.FromSeconds(Plan.DatagramLength * 8.0 / Plan.BitsPerSecond);
        long sent = 0;
        _received = 0;
        for (TimeSpan due = start; due < start + Plan.Duration; due = start + (gap * ++sent))
        {
            if (due > run.Elapsed)
            {
                run.Pause(due - run.Elapsed);
            }

            socket.SendTo(datagram, remote);
        }

        run.Pause(s_tail);
        double got = _received * Plan.DatagramLength * 8 / Plan.Duration.TotalSeconds;
        return Result(
            string.Create(CultureInfo.InvariantCulture, $"{sent} datagrams of {Plan.DatagramLength} bytes in {Plan.Duration.TotalSeconds:0.000} s, {_received} received ({100.0 * (sent - _received) / Math.Max(1, sent):0.0} % lost), {Rate(got)}"),
            got);
    }
}
