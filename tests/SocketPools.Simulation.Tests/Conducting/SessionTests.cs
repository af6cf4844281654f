using System.Net.Sockets;

namespace SocketPools.Simulation.Tests.Conducting;

/// <summary>Simulations in which threads of others take part.</summary>
public sealed class SessionTests
{
    private static readonly SimulationOptions s_options = new() { AdoptRealTimers = false, StallTimeout = TimeSpan.FromSeconds(10) };

    [Fact(Timeout = 240_000)]
    public Task A_session_gives_the_same_bytes_for_the_same_seed() => OnThread(() =>
    {
        byte[] first = Play(seed: 3), again = Play(seed: 3), other = Play(seed: 4);
        Assert.Equal(first, again);
        Assert.NotEqual(first, other);
    });

    [Fact(Timeout = 240_000)]
    public Task The_thread_that_began_it_waits_in_simulated_time() => OnThread(() =>
    {
        SimulationSession session = SimulationSession.Begin(1, "main", s_options);
        Assert.False(session.Block(new SemaphoreSlim(0), TimeSpan.FromHours(5), "sleep"));
        Assert.Equal(TimeSpan.FromHours(5), session.Simulation.Elapsed);
        session.End();
        Assert.True(session.IsOver);
    });

    [Fact(Timeout = 240_000)]
    public Task A_deadlock_says_what_each_thread_waits_for() => OnThread(() =>
    {
        SimulationSession session = SimulationSession.Begin(1, "main", s_options with { DescribeThreads = () => "told by the host" });
        Assert.Throws<OperationCanceledException>(() => session.Block(new SemaphoreSlim(0), Timeout.InfiniteTimeSpan, "the queue \"orders\""));
        SimulationFailedException failure = Assert.Throws<SimulationFailedException>(session.End);
        Assert.IsType<SimulationDeadlockException>(failure.InnerException);
        Assert.Contains("Thread \"main\" waits: the queue \"orders\"", failure.Message, StringComparison.Ordinal);
        Assert.Contains("told by the host", failure.Message, StringComparison.Ordinal);
    });

    [Fact(Timeout = 240_000)]
    public Task Who_asks_goes_on_before_the_clock_moves() => OnThread(() =>
    {
        SimulationSession session = SimulationSession.Begin(1, "main", s_options);
        bool isThere = false;
        session.Simulation.In(TimeSpan.FromSeconds(2), () => isThere = true);
        Assert.True(session.Block(new SemaphoreSlim(0), TimeSpan.FromSeconds(9), "a descriptor", () => isThere));
        Assert.Equal(TimeSpan.FromSeconds(2), session.Simulation.Elapsed);
        Assert.False(session.Block(new SemaphoreSlim(0), TimeSpan.FromSeconds(9), "a descriptor", () => false));
        Assert.Equal(TimeSpan.FromSeconds(11), session.Simulation.Elapsed);
        session.End();
    });

    [Fact(Timeout = 240_000)]
    public Task Threads_that_still_wait_end_with_the_session() => OnThread(() =>
    {
        SimulationSession session = SimulationSession.Begin(1, "main", s_options);
        Exception? ended = null;
        Thread thread = Start(session, "waits", () => ended = Record.Exception(() => session.Block(new SemaphoreSlim(0), Timeout.InfiniteTimeSpan, "nothing")));
        session.Block(new SemaphoreSlim(0), TimeSpan.FromSeconds(1), "sleep");
        session.End();
        thread.Join();
        Assert.IsType<OperationCanceledException>(ended);
    });

    [Fact(Timeout = 240_000)]
    public Task A_thread_that_comes_in_the_moment_in_which_nothing_is_left_gets_its_turn() => OnThread(() =>
    {
        for (int i = 0; i < 100; i++)
        {
            // The first thread takes its place while the simulation finds that it has nothing to do.
            SimulationSession session = SimulationSession.Begin(1, "main", s_options);
            Thread thread = Start(session, "other", () => session.Block(new SemaphoreSlim(0), TimeSpan.FromSeconds(1), "sleep"));
            session.Block(new SemaphoreSlim(0), TimeSpan.FromSeconds(2), "sleep");
            session.End();
            thread.Join();
            Assert.Equal(TimeSpan.FromSeconds(2), session.Simulation.Elapsed);
        }
    });

    [Fact(Timeout = 240_000)]
    public Task An_interruption_ends_the_wait_and_the_session_ends_all_the_same() => OnThread(() =>
    {
        int looks = 0;
        bool hasBegun = false;
        SimulationSession session = SimulationSession.Begin(1, "main", s_options, () =>
        {
            if (hasBegun && ++looks == 2)
            {
                throw new TimeZoneNotFoundException("Ctrl-C");
            }
        });

        hasBegun = true;

        // It never waits, so the one that began never has its turn.
        SimulationThread busy = session.Reserve("busy");
        bool ends = false;
        new Thread(() =>
        {
            busy.Enter();
            while (!Volatile.Read(ref ends))
            {
            }

            busy.Leave();
        })
        { IsBackground = true }.Start();
        Assert.Throws<TimeZoneNotFoundException>(() => session.Block(new SemaphoreSlim(0), TimeSpan.FromSeconds(1), "sleep"));
        Volatile.Write(ref ends, true);
        session.End();
    });

    [Fact(Timeout = 240_000)]
    public Task A_thread_that_waits_again_after_an_interruption_leaves_with_the_session() => OnThread(() =>
    {
        bool hasBegun = false, isFirst = true;
        SimulationSession session = SimulationSession.Begin(1, "main", s_options with { StallTimeout = TimeSpan.FromSeconds(20) }, () =>
        {
            if (hasBegun && isFirst)
            {
                isFirst = false;
                throw new TimeZoneNotFoundException("Ctrl-C");
            }
        });
        hasBegun = true;
        using ManualResetEventSlim goOn = new();
        Start(session, "busy", goOn.Wait);
        Assert.Throws<TimeZoneNotFoundException>(() => session.Block(new SemaphoreSlim(0), TimeSpan.FromSeconds(1), "sleep"));
        goOn.Set();
        Assert.False(session.Block(new SemaphoreSlim(0), TimeSpan.FromSeconds(5), "sleep"));
        long start = TimeProvider.System.GetTimestamp();
        session.End();
        Assert.True(TimeProvider.System.GetElapsedTime(start) < TimeSpan.FromSeconds(15));
    });

    [Fact(Timeout = 240_000)]
    public Task A_thread_that_never_gives_way_is_left_to_itself() => OnThread(() =>
    {
        SimulationSession session = SimulationSession.Begin(1, "main", s_options with { StallTimeout = TimeSpan.FromMilliseconds(200) });
        SimulationThread lost = session.Reserve("lost");
        lost.Sleeps = () => true;
        ManualResetEventSlim never = new();
        new Thread(() =>
        {
            lost.Enter();
            never.Wait();
        })
        { IsBackground = true }.Start();
        Exception? failure = Record.Exception(() => session.Block(new SemaphoreSlim(0), TimeSpan.FromSeconds(1), "sleep"));
        Assert.IsType<OperationCanceledException>(failure);
        Assert.IsType<UnsoundWaitException>(Assert.Throws<SimulationFailedException>(session.End).InnerException);
        never.Set();
    });

    private static byte[] Play(int seed)
    {
        using MemoryStream capture = new();
        SimulationSession session = SimulationSession.Begin(seed, "main", s_options with { Capture = capture });
        SimulatedNetwork network = session.Simulation.Network;
        SimulatedNode web = network.AddNode("web"), desk = network.AddNode("desk");
        network.Between(web, desk).Loss(0.1);
        Thread server = Start(session, "server", () =>
        {
            using PoolSocket listener = web.Pool.CreateSocket();
            listener.Bind(new System.Net.IPEndPoint(System.Net.IPAddress.Any, 80));
            listener.Listen(1);
            using PoolSocket peer = listener.Accept();
            byte[] buffer = new byte[1000];
            for (int n = peer.ReceiveInto(buffer); n > 0; n = peer.ReceiveInto(buffer))
            {
                peer.SendAll(buffer.AsSpan(0, n));
            }
        });
        session.Block(new SemaphoreSlim(0), TimeSpan.FromSeconds(1), "sleep");
        using (PoolSocket client = desk.Pool.CreateSocket(AddressFamily.InterNetwork))
        {
            client.Connect("web", 80);
            byte[] answer = new byte[1000];
            for (int i = 0; i < 20; i++)
            {
                client.SendAll(new byte[500]);
                for (int got = 0; got < 500; got += client.ReceiveInto(answer))
                {
                }
            }
        }

        session.Block(new SemaphoreSlim(0), TimeSpan.FromSeconds(1), "sleep");
        session.End();
        server.Join();
        return capture.ToArray();
    }

    private static Thread Start(SimulationSession session, string name, Action body)
    {
        SimulationThread place = session.Reserve(name);
        Thread thread = new(() =>
        {
            // What ends it early is in the failure of the session: its network is closed, and so are the sockets.
            place.Enter();
            _ = Record.Exception(body);
            place.Leave();
        })
        { IsBackground = true };
        thread.Start();
        return thread;
    }

    // The thread that begins is none of the thread pool's.
    private static Task OnThread(Action body)
    {
        TaskCompletionSource end = new(TaskCreationOptions.RunContinuationsAsynchronously);
        new Thread(() =>
        {
            if (Record.Exception(body) is { } failure)
            {
                end.SetException(failure);
            }
            else
            {
                end.SetResult();
            }
        })
        { IsBackground = true }.Start();
        return end.Task;
    }
}
