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
    private const double CoresGoal = 1.7;

    internal static IEnumerable<Workload> All()
    {
        yield return Blocks("cores-64k-mtu1500", LinkOffloads.NoChecksums);
        yield return Blocks("cores-64k-whole", LinkOffloads.NoChecksums | LinkOffloads.Segmentation);
        yield return Blocks("cores-64k-mtu1500-ipv6", LinkOffloads.NoChecksums, isIPv6: true);
    }

    private static Workload Blocks(string name, LinkOffloads offloads, bool isIPv6 = false) => new(
        name,
        IsRate: true,
        FormattableString.Invariant($">= {CoresGoal} x one thread"),
        [
            new Contender("2 threads, 2 connections", slice => Exchange(Threads, offloads, isIPv6, slice)),
            new Contender("1 thread", slice => Exchange(1, offloads, isIPv6, slice)),
            new Contender("1 connection, 2 threads", slice => PairWorkloads.Stream(OnStacks(offloads, isIPv6)[0], slice)),
        ],
        (_, ratio) => ratio >= CoresGoal);

    private static Twins[] OnStacks(LinkOffloads offloads, bool isIPv6, int count = 1) => Twins.OnStacks(count, EthernetMtu, offloads, isIPv6: isIPv6);

    /// <summary>Each thread sends blocks on a connection of its own, and receives them at the other end.</summary>
    private static Turn Exchange(int threads, LinkOffloads offloads, bool isIPv6, TimeSpan slice)
    {
        Twins[] twins = OnStacks(offloads, isIPv6, threads);
        using Barrier together = new(threads);
        Turn[] turns = new Turn[threads];
        Thread[] others = [.. Enumerable.Range(1, threads - 1).Select(i => new Thread(() => turns[i] = Exchange(twins[i], together, slice)))];
        Array.ForEach(others, thread => thread.Start());
        turns[0] = Exchange(twins[0], together, slice);
        Array.ForEach(others, thread => thread.Join());
        Array.ForEach(twins, twin => twin.Dispose());

        // The process's CPU time and allocations are in each of them.
        return turns[0] with { Operations = turns.Sum(turn => turn.Operations), Bytes = turns.Sum(turn => turn.Bytes) };
    }

    private static Turn Exchange(Twins twins, Barrier together, TimeSpan slice)
    {
        byte[] outgoing = new byte[Block];
        byte[] incoming = new byte[Block];
        together.SignalAndWait();
        return Turn.Of(slice, Block, () => PairWorkloads.Exchange(twins, outgoing, incoming, 4));
    }
}
