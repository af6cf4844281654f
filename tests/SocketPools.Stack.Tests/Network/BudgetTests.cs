using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using SocketPools.Radios;
using SocketPools.Stack.Buffers;
using SocketPools.Stack.Core;
using SocketPools.Stack.Fuzz.Ingress;
using SocketPools.Stack.IP;
using SocketPools.Stack.Links;
using SocketPools.Stack.Tests.Tcp;
using SocketPools.Stack.Wire;

namespace SocketPools.Stack.Tests.Network;

/// <summary>A call does its share of the stack's work and no more: what is left is done on a thread of the pool, or when a virtual clock goes on.</summary>
[Collection(Alone.Name)]
public sealed class BudgetTests
{
    // Two batches of 64 may begin just before the end.
    private const int MostFrames = StackDriver.FramesPerCall + 128;

    [Fact]
    public void A_link_that_always_has_frames_costs_a_call_that_does_not_wait_a_bounded_number_of_them()
    {
        IngressClock clock = new();
        EndlessLink link = new();
        using StackRadio radio = Open(link, clock, out RadioSocket socket);
        for (int i = 1; i <= 10; i++)
        {
            link.TakenOnThread = 0;
            Assert.False(socket.TrySendTo(new byte[1], new IPEndPoint(IPAddress.Parse("192.0.2.1"), 9)).Failed);
            Assert.InRange(link.TakenOnThread, 0, MostFrames);
        }

        // The rest waits for the clock, not for another call, and a clock that goes on goes on.
        link.TakenOnThread = 0;
        clock.Advance(TimeSpan.FromMilliseconds(10));
        Assert.InRange(link.TakenOnThread, 10 * StackDriver.FramesPerCall, 11 * MostFrames);
        socket.Close();
    }

    [Fact]
    public async Task With_the_system_s_clock_the_rest_is_done_on_a_thread_of_the_pool()
    {
        EndlessLink link = new() { Left = 20_000 };
        using StackRadio radio = Open(link, TimeProvider.System, out RadioSocket socket);
        link.TakenOnThread = 0;
        Assert.False(socket.TrySendTo(new byte[1], new IPEndPoint(IPAddress.Parse("192.0.2.1"), 9)).Failed);
        Assert.InRange(link.TakenOnThread, 0, MostFrames);
        await link.Empty.Task.WaitAsync(TimeSpan.FromSeconds(120), TestContext.Current.CancellationToken);
        Assert.Equal(0, link.Left);
        socket.Close();
    }

    /// <summary>A call that finds a thread in the background waits a moment for it to leave. Whichever of the two goes first, one of them goes on.</summary>
    [Fact(Timeout = 240_000)]
    public async Task Calls_that_take_over_from_threads_in_the_background_or_give_up_leave_nothing_undone()
    {
        for (int round = 0; round < 50; round++)
        {
            EndlessLink link = new() { Left = 10 * StackDriver.FramesPerCall };
            using StackRadio radio = Open(link, TimeProvider.System, out RadioSocket socket);
            Task[] callers = [.. Enumerable.Range(0, 3).Select(_ => Task.Run(() =>
            {
                while (!link.Empty.Task.IsCompleted)
                {
                    int before = link.Left;
                    Assert.False(socket.TrySendTo(new byte[1], new IPEndPoint(IPAddress.Parse("192.0.2.1"), 9)).Failed);
                    if (before < StackDriver.FramesPerCall)
                    {
                        break; // what is left is nobody's call any more
                    }
                }
            }))];
            await Task.WhenAll(callers);
            await link.Empty.Task;
            Assert.Equal(0, link.Left);
            socket.Close();
        }
    }

    [Fact]
    public void The_same_seed_makes_the_same_run_whatever_was_left_for_later()
    {
        string first = Run();
        Assert.Equal(first, Run());

        static string Run()
        {
            IngressClock clock = new();
            EndlessLink link = new() { Left = 5000 };
            using StackRadio radio = Open(link, clock, out RadioSocket socket);
            List<int> left = [];
            while (link.Left > 0)
            {
                left.Add(link.Left);
                clock.Advance(TimeSpan.FromMilliseconds(1));
            }

            socket.Close();
            return string.Join(',', left);
        }
    }

    [Fact]
    public void Frames_that_one_call_puts_in_line_for_a_link_leave_in_their_order_over_several_calls()
    {
        IngressClock clock = new();
        LinkPair pair = LinkPair.Create(new LinkPairOptions { Medium = LinkMedium.IP, MaxQueuedFrames = 10_000 });
        using StackRadio radio = Open(pair.A, clock, out RadioSocket socket);
        using (radio.Network.Gate.EnterScope())
        {
            for (int i = 0; i < 3000; i++)
            {
                Assert.False(socket.TrySendTo(BitConverter.GetBytes(i), new IPEndPoint(IPAddress.Parse("192.0.2.1"), 9)).Failed);
            }
        }

        clock.Advance(TimeSpan.FromMilliseconds(20));
        for (int i = 0; i < 3000; i++)
        {
            Assert.True(pair.B.TryReceive(out Frame? frame), $"{i} frames have come");
            Assert.Equal(i, BitConverter.ToInt32(frame.Head[28..]));
            frame.Release();
        }

        socket.Close();
        pair.Dispose();
    }

    /// <summary>After a pause of the machine's, or of a carrier, the timers of all connections are due at the same time.</summary>
    [Fact]
    public void Timers_that_are_due_together_are_fired_some_at_a_time_and_all_of_them_at_their_time()
    {
        VirtualClock clock = new();
        TimerQueue? timers = null;
        int fired = 0;
        List<int> runs = [];
        timers = new TimerQueue(clock, () =>
        {
            int before = fired;
            timers!.Run();
            runs.Add(fired - before);
        });
        long due = timers.Now + timers.Ticks(TimeSpan.FromSeconds(1));
        for (int i = 0; i < 1000; i++)
        {
            timers.Set(new StackTimer(() => fired++), due);
        }

        clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(1000, fired);
        Assert.All(runs, count => Assert.InRange(count, 0, TimerQueue.MaxAtOnce));
        timers.Dispose();
    }

    [Fact]
    public void A_radio_that_goes_lets_go_of_what_was_left_for_later()
    {
        (long, long) before = (FramePool.InUse, BlockPool.Small.InUse);
        EndlessLink link = new();
        StackRadio radio = Open(link, new IngressClock(), out RadioSocket socket);
        socket.TrySendTo(new byte[1], new IPEndPoint(IPAddress.Parse("192.0.2.1"), 9));
        socket.Close();
        radio.Dispose();
        Assert.Equal(before, (FramePool.InUse, BlockPool.Small.InUse));
    }

    private static StackRadio Open(ILink link, TimeProvider clock, out RadioSocket socket)
    {
        StackRadio radio = new(new StackOptions { TimeProvider = clock, Seed = 1 });
        radio.AddInterface(link).AddAddress(IPAddress.Parse("192.0.2.2"), 24);
        Assert.False(radio.OpenSocket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp, out RadioSocket? opened).Failed);
        socket = opened!;
        return radio;
    }

    /// <summary>A datagram for a port without a socket, again and again.</summary>
    private sealed class EndlessLink : ILink
    {
        private static readonly byte[] s_packet =
            Craft.UdpPacket(IPAddressValue.Parse("192.0.2.1"), 9, IPAddressValue.Parse("192.0.2.2"), 9, new byte[10]);

        private readonly int _thread = Environment.CurrentManagedThreadId;

        public string Name => "endless";

        public LinkMedium Medium => LinkMedium.IP;

        public int Mtu => 1500;

        public PhysicalAddress HardwareAddress => PhysicalAddress.None;

        public LinkOffloads Offloads => LinkOffloads.None;

        public Action? FrameAvailable { get; set; }

        internal int Left { get; set; } = int.MaxValue;

        /// <summary>Frames taken on the thread of the test.</summary>
        internal int TakenOnThread { get; set; }

        internal TaskCompletionSource Empty { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public bool TrySend(Frame frame)
        {
            frame.Release();
            return true;
        }

        public bool TryReceive([NotNullWhen(true)] out Frame? frame)
        {
            frame = null;
            if (Left == 0)
            {
                Empty.TrySetResult();
                return false;
            }

            Left--;
            TakenOnThread += Environment.CurrentManagedThreadId == _thread ? 1 : 0;
            frame = Frame.Copy(s_packet);
            return true;
        }

        public void Dispose()
        {
        }
    }
}
