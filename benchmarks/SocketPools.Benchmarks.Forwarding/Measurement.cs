using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace SocketPools.Benchmarks.Forwarding;

/// <summary>What is measured: blocking sockets of System.Net.Sockets on both sides, the same for every forwarder.</summary>
internal static class Measurement
{
    internal static (string What, string Unit, Func<int, double> Measure)[] All { get; } =
    [
        ("One direction, 64 MiB", "MiB/s", Throughput),
        ("Round trips of 64 bytes", "1/s", RoundTrips),
        ("Connect, one round trip, close", "1/s", Connections),
    ];

    internal static double Median(List<double> values)
    {
        double[] sorted = [.. values.Order()];
        return (sorted[sorted.Length / 2] + sorted[(sorted.Length - 1) / 2]) / 2;
    }

    /// <summary>The seconds of a processor that a process has used; 0 for none.</summary>
    internal static double ProcessorTime(Process? process)
    {
        process?.Refresh();
        return process?.TotalProcessorTime.TotalSeconds ?? 0;
    }

    internal static int FreePort()
    {
        using Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }

    internal static void WaitForPort(int port)
    {
        for (long start = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(start) < TimeSpan.FromSeconds(10); Thread.Yield())
        {
            try
            {
                using Socket socket = Connect(port);
                return;
            }
            catch (SocketException)
            {
                // Not yet.
            }
        }
    }

    private static double Throughput(int port)
    {
        const int Mebibytes = 64;
        byte[] data = new byte[65536];
        using Socket socket = Connect(port);
        long start = Stopwatch.GetTimestamp();
        for (int i = 0; i < Mebibytes * 16; i++)
        {
            for (int sent = 0; sent < data.Length;)
            {
                sent += socket.Send(data.AsSpan(sent));
            }
        }

        socket.Shutdown(SocketShutdown.Send);
        socket.Receive(data);
        return Mebibytes / Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    private static double RoundTrips(int port)
    {
        const int Count = 2000;
        using Socket socket = Connect(port);
        Exchange(socket, 100);
        long start = Stopwatch.GetTimestamp();
        Exchange(socket, Count);
        return Count / Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    private static double Connections(int port)
    {
        const int Count = 200;
        long start = Stopwatch.GetTimestamp();
        for (int i = 0; i < Count; i++)
        {
            using Socket socket = Connect(port);
            Exchange(socket, 1);
        }

        return Count / Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    private static void Exchange(Socket socket, int count)
    {
        byte[] message = new byte[64];
        message[0] = 1;
        byte[] answer = new byte[64];
        for (int i = 0; i < count; i++)
        {
            socket.Send(message);
            for (int at = 0; at < answer.Length; at += socket.Receive(answer.AsSpan(at)))
            {
            }
        }
    }

    private static Socket Connect(int port)
    {
        Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        socket.Connect(IPAddress.Loopback, port);
        return socket;
    }
}
