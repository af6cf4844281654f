using System.Globalization;
using SocketPools.Benchmarks.Loops;

namespace SocketPools.Benchmarks;

/// <summary>One of the two .NET contenders as a process: the same protocol as <c>peers/c/peer.c</c> and <c>peers/python/peer.py</c>.</summary>
internal static class ContenderLoop
{
    internal static int Run(string side)
    {
        SocketPool? pool = side == "pool" ? SocketPool.For(HostNetwork.Default) : null;
        while (Console.In.ReadLine() is { } line)
        {
            string[] words = line.Split(' ');
            Benchmark benchmark = Benchmark.All.First(b => b.Name == words[1]);
            int count = int.Parse(words[2], CultureInfo.InvariantCulture);
            Console.Out.WriteLine(pool is not null ? benchmark.RunPool(pool, count) : benchmark.RunBcl(count));
        }

        return 0;
    }
}
