using SocketPools.Stack.Links;

namespace SocketPools.Benchmarks.Stack;

/// <summary>
/// What a second thread adds: two stacks on a pair, and as many connections as threads, beside the same with one thread; and one connection with a
/// thread at each end.
/// </summary>
internal static class CoreWorkloads
{
    private const int Block = 65536;
    private const int EthernetMtu = 1500;
    private const int Threads = 2;
    private const int Connections = 256;
    private const double CoresGoal = 1.7;

    internal static IEnumerable<Workload> All()
    {
        yield return Blocks("cores-64k-mtu1500", count => Twins.OnStacks(count, EthernetMtu, LinkOffloads.NoChecksums));
        yield return Blocks("cores-64k-whole", count => Twins.OnStacks(count, EthernetMtu, LinkOffloads.NoChecksums | LinkOffloads.Segmentation));
        yield return Blocks("cores-64k-mtu1500-ipv6", count => Twins.OnStacks(count, EthernetMtu, LinkOffloads.NoChecksums, isIPv6: true));
        yield return Blocks("cores-64k-loopback", count => Twins.OnLoopback(count));
        yield return Many("cores-64k-mtu1500-many", count => Twins.OnStacks(count, EthernetMtu, LinkOffloads.NoChecksums));
    }

    private static Workload Blocks(string name, Func<int, Twins[]> make) => new(
        name,
        IsRate: true,
        Goal,
        [
            new Contender("2 threads, 2 connections", slice => Exchange(Threads, make(Threads), slice)),
            new Contender("1 thread", slice => Exchange(1, make(1), slice)),
            new Contender("1 connection, 2 threads", slice => PairWorkloads.Stream(make(1)[0], slice)),
        ],
        (_, ratio) => ratio >= CoresGoal);

    // More connections than a stack remembers; each thread has its share of them, in turn.
    private static Workload Many(string name, Func<int, Twins[]> make) => new(
        name,
        IsRate: true,
        Goal,
        [
            new Contender($"2 threads, {Connections} connections", slice => Exchange(Threads, make(Connections), slice)),
            new Contender($"1 thread, {Connections} connections", slice => Exchange(1, make(Connections), slice)),
        ],
        (_, ratio) => ratio >= CoresGoal);

    private static string Goal => FormattableString.Invariant($">= {CoresGoal} x one thread");

    /// <summary>Each thread sends blocks on connections of its own, and receives them at the other end.</summary>
    private static Turn Exchange(int threads, Twins[] twins, TimeSpan slice)
    {
        using Barrier together = new(threads);
        Turn[] turns = new Turn[threads];
        Twins[][] shares = [.. Enumerable.Range(0, threads).Select(i => twins.Where((_, index) => index % threads == i).ToArray())];
        Thread[] others = [.. Enumerable.Range(1, threads - 1).Select(i => new Thread(() => turns[i] = Exchange(shares[i], together, slice)))];
        Array.ForEach(others, thread => thread.Start());
        turns[0] = Exchange(shares[0], together, slice);
        Array.ForEach(others, thread => thread.Join());
        Array.ForEach(twins, twin => twin.Dispose());

        // The process's CPU time and allocations are in each of them.
        return turns[0] with { Operations = turns.Sum(turn => turn.Operations), Bytes = turns.Sum(turn => turn.Bytes) };
    }

    private static Turn Exchange(Twins[] twins, Barrier together, TimeSpan slice)
    {
        byte[] outgoing = new byte[Block];
        byte[] incoming = new byte[Block];
        int next = 0;
        together.SignalAndWait();
        return Turn.Of(slice, Block, () =>
        {
            next = next + 1 == twins.Length ? 0 : next + 1;
            return PairWorkloads.Exchange(twins[next], outgoing, incoming, 4);
        });
    }
}
