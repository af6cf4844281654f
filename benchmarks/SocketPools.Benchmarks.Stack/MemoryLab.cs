using System.Diagnostics;
using System.Globalization;
using System.Net;
using SocketPools.Stack;
using SocketPools.Stack.Links;
using SocketPools.Stack.Tcp;

namespace SocketPools.Benchmarks.Stack;

/// <summary>What a connected idle socket holds, and what a stack costs that is made and disposed.</summary>
internal static class MemoryLab
{
    private const double MaxBytesPerSocket = 1000;
    private const double MaxBytesPerStack = 15 * 1024;
    private const double MaxMicrosecondsPerStack = 10;
    private const int Listeners = 16;
    private const int MessageLength = 64;

    // Connections that are made before the first reading: pools and tables have their first size then.
    private const int FirstConnections = 64;
    private const int StacksPerTurn = 500;

    // Longer than an acknowledgment, or a retransmission, is waited for: timers are at rest then.
    private static readonly TimeSpan s_rest = TimeSpan.FromSeconds(2.5);

    /// <summary>Measures and prints.</summary>
    /// <param name="connections">How many connections, each with two sockets.</param>
    /// <param name="rounds">Turns of making stacks.</param>
    internal static void Run(int connections, int rounds)
    {
        double perSocket = BytesPerSocket(connections);
        (double perStack, double[] times) = Stacks(rounds);
        Console.WriteLine("| what | measured | goal |\n|---|---:|---|");
        Print($"a connected idle socket, of {2 * connections}", perSocket, "bytes", MaxBytesPerSocket);
        Print("a stack made and disposed, memory", perStack, "bytes", MaxBytesPerStack);
        Print("a stack made and disposed, time (median)", times[times.Length / 2], "us", MaxMicrosecondsPerStack);
        Print("the same, 5th percentile", times[times.Length / 20], "us", MaxMicrosecondsPerStack);
    }

    private static void Print(string what, double value, string unit, double goal) => Console.WriteLine(string.Create(
        CultureInfo.InvariantCulture, $"| {what} | {value:0.#} {unit} | <= {goal:0} {unit} {(value <= goal ? "met" : "missed")} |"));

    private static double BytesPerSocket(int connections)
    {
        using LinkPair cable = LinkPair.Create();
        using StackRadio near = Make(1, connections);
        using StackRadio far = Make(2, connections);
        near.AddInterface(cable.A).AddAddress(IPAddress.Parse("192.0.2.1"), 24);
        far.AddInterface(cable.B).AddAddress(IPAddress.Parse("192.0.2.2"), 24);
        using SocketPool nearPool = new(near);
        using SocketPool farPool = new(far);
        List<PoolSocket> sockets = new(2 * (connections + FirstConnections));
        PoolSocket[] listeners = [.. Enumerable.Range(0, Listeners).Select(_ => Listen(farPool))];
        Open(nearPool, listeners, sockets, FirstConnections);
        Thread.Sleep(s_rest);
        long before = GC.GetTotalMemory(forceFullCollection: true);
        Open(nearPool, listeners, sockets, connections);
        Thread.Sleep(s_rest);
        long bytes = GC.GetTotalMemory(forceFullCollection: true) - before;
        GC.KeepAlive(sockets);
        return bytes / (2.0 * connections);
    }

    private static StackRadio Make(int seed, int connections) => new(new StackOptions
    {
        Seed = seed,
        MaxSockets = connections + FirstConnections + Listeners,
        Tcp = new TcpOptions { MaxConnections = connections + FirstConnections },
    });

    private static PoolSocket Listen(SocketPool pool)
    {
        PoolSocket listener = pool.CreateSocket();
        listener.SetTimeout(10);
        listener.Bind(new IPEndPoint(IPAddress.Parse("192.0.2.2"), 0));
        listener.Listen(16);
        return listener;
    }

    private static void Open(SocketPool pool, PoolSocket[] listeners, List<PoolSocket> sockets, int count)
    {
        byte[] message = new byte[MessageLength];
        for (int i = 0; i < count; i++)
        {
            PoolSocket listener = listeners[i % listeners.Length];
            PoolSocket client = pool.CreateSocket();
            client.SetTimeout(10);
            client.Connect(listener.LocalEndPoint);
            PoolSocket server = listener.Accept();
            client.SendAll(message);
            server.ReceiveInto(message);
            server.SendAll(message);
            client.ReceiveInto(message);
            sockets.Add(client);
            sockets.Add(server);
        }
    }

    private static (double Bytes, double[] Microseconds) Stacks(int rounds)
    {
        double[] times = new double[rounds];
        long bytes = 0;
        for (int round = -rounds; round < rounds; round++)
        {
            long allocated = GC.GetAllocatedBytesForCurrentThread();
            long start = Stopwatch.GetTimestamp();
            for (int i = 0; i < StacksPerTurn; i++)
            {
                new StackRadio().Dispose();
            }

            if (round >= 0)
            {
                times[round] = Stopwatch.GetElapsedTime(start).TotalMicroseconds / StacksPerTurn;
                bytes += GC.GetAllocatedBytesForCurrentThread() - allocated;
            }
        }

        Array.Sort(times);
        return ((double)bytes / rounds / StacksPerTurn, times);
    }
}
