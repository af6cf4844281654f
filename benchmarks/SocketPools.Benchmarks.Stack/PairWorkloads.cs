using System.Net.Sockets;
using SocketPools.Stack.Links;

namespace SocketPools.Benchmarks.Stack;

/// <summary>Two radios in this process, beside the kernel's loopback: the same loops on the same API.</summary>
internal static class PairWorkloads
{
    private const int Small = 64;
    private const int Block = 65536;
    private const int EthernetMtu = 1500;
    private const int LargestMtu = 65535;

    // They end with this program.
    private static readonly Lazy<OtherStack?> s_lwipRaw = new(() => OtherStack.LwIP(isRaw: true));
    private static readonly Lazy<OtherStack?> s_lwip = new(() => OtherStack.LwIP(isRaw: false));
    private static readonly Lazy<OtherStack?> s_gvisor = new(() => OtherStack.GVisor(EthernetMtu));

    internal static IEnumerable<Workload> All()
    {
        yield return SmallOnes("pair-tcp-64", SocketType.Stream, 0.05);
        yield return SmallOnes("pair-udp-64", SocketType.Dgram, 0.20);
        yield return Blocks("pair-64k-mtu1500", EthernetMtu, LinkOffloads.NoChecksums, 2.5);
        yield return Blocks("pair-64k-whole", EthernetMtu, LinkOffloads.NoChecksums | LinkOffloads.Segmentation, 5);
        yield return Blocks("pair-64k-mtu65535", LargestMtu, LinkOffloads.NoChecksums, 4.8);
    }

    private static Workload SmallOnes(string name, SocketType type, double goal) => new(
        name,
        IsRate: false,
        FormattableString.Invariant($"<= {goal:F2} x kernel"),
        [
            new Contender("stack", slice => Exchange(Twins.OnStacks(type, EthernetMtu), Small, slice)),
            new Contender("kernel", slice => Exchange(Twins.OnKernel(type), Small, slice)),
            .. type == SocketType.Stream ? Others(Small, EthernetMtu) : [],
        ],
        (_, ratio) => ratio <= goal);

    private static Workload Blocks(string name, int mtu, LinkOffloads offloads, double goal) => new(
        name,
        IsRate: true,
        FormattableString.Invariant($">= {goal} x kernel"),
        [
            new Contender("stack, 1 thread", slice => Exchange(Twins.OnStacks(SocketType.Stream, mtu, offloads), Block, slice)),
            new Contender("kernel, 2 threads", slice => Stream(Twins.OnKernel(SocketType.Stream), slice)),
            new Contender("kernel, 1 thread", slice => Exchange(Twins.OnKernel(SocketType.Stream), Block, slice)),
            new Contender("stack, 2 threads", slice => Stream(Twins.OnStacks(SocketType.Stream, mtu, offloads), slice)),
            .. offloads == LinkOffloads.NoChecksums && mtu == EthernetMtu ? Others(Block, mtu) : [],
        ],
        (_, ratio) => ratio >= goal);

    /// <summary>Other stacks, for which one thread does the same; those that are missing are left out.</summary>
    private static IEnumerable<Contender> Others(int length, int mtu)
    {
        (string Name, OtherStack? Stack)[] others =
            [("lwIP, callbacks", s_lwipRaw.Value), ("lwIP, sockets", s_lwip.Value), ("gVisor", mtu == EthernetMtu ? s_gvisor.Value : null)];
        return others.Where(other => other.Stack is not null).Select(other => new Contender(other.Name, slice => other.Stack!.Run(length, slice)));
    }

    /// <summary>One thread sends a message and receives all of it.</summary>
    private static Turn Exchange(Twins twins, int length, TimeSpan slice)
    {
        using (twins)
        {
            byte[] outgoing = new byte[length];
            byte[] incoming = new byte[length];
            int count = length == Small ? 256 : 16;
            return Turn.Of(slice, length, () => Exchange(twins, outgoing, incoming, count));
        }
    }

    internal static long Exchange(Twins twins, byte[] outgoing, byte[] incoming, int count)
    {
        PoolSocket near = twins.Near;
        PoolSocket far = twins.Far;
        for (int i = 0; i < count; i++)
        {
            for (int sent = 0; sent < outgoing.Length;)
            {
                sent += near.Send(outgoing.AsSpan(sent));
            }

            for (int received = 0; received < incoming.Length;)
            {
                int more = far.ReceiveInto(incoming.AsSpan(received));
                received += more > 0 ? more : throw new InvalidOperationException("The stream has ended.");
            }
        }

        return (long)count * outgoing.Length;
    }

    /// <summary>One thread sends blocks as fast as it can, another one receives them.</summary>
    internal static Turn Stream(Twins twins, TimeSpan slice)
    {
        using (twins)
        {
            bool isOver = false;
            Thread sender = new(() => SendUntil(twins.Near, ref isOver));
            sender.Start();
            byte[] incoming = new byte[Block];
            Turn turn = Turn.Of(slice, Block, () => twins.Far.ReceiveInto(incoming));
            Volatile.Write(ref isOver, true);
            while (twins.Far.ReceiveInto(incoming) > 0)
            {
            }

            sender.Join();
            return turn;
        }
    }

    private static void SendUntil(PoolSocket socket, ref bool isOver)
    {
        byte[] outgoing = new byte[Block];
        while (!Volatile.Read(ref isOver))
        {
            socket.SendAll(outgoing);
        }

        socket.Shutdown(SocketShutdown.Send);
    }
}
