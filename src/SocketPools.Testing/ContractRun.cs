using System.Net;
using System.Net.Sockets;
using SocketPools.Radios;

namespace SocketPools.Testing;

/// <summary>One case on one pair: the sockets it opened, how it waits while time passes, what it checks.</summary>
internal sealed partial class ContractRun(string name, RadioPair pair, CancellationToken cancellationToken) : IDisposable
{
    /// <summary>For calls that have to end by themselves; the patience is the real limit.</summary>
    internal static readonly TimeSpan Long = TimeSpan.FromMinutes(10);

    // How long a call is watched that has to stay blocked: long enough for a thread to enter it, short enough to wait out.
    private static readonly TimeSpan s_watch = TimeSpan.FromMilliseconds(15);
    private static readonly TimeSpan s_step = TimeSpan.FromMilliseconds(1);

    private readonly List<RadioSocket> _sockets = [];
    private long _lastStep = TimeProvider.System.GetTimestamp();

    internal RadioPair Pair => pair;

    internal Radio Near => pair.Near;

    internal Radio Far => pair.Far;

    internal AddressFamily Family => pair.Family;

    internal Random Random { get; } = new(pair.Seed);

    /// <summary>How long, in real time, the case has been in one call of the radio.</summary>
    internal TimeSpan Idle => TimeProvider.System.GetElapsedTime(Volatile.Read(ref _lastStep));

    internal static Deadline Forever(Radio radio) => new(radio.TimeProvider, Timeout.InfiniteTimeSpan);

    internal static Deadline At(RadioSocket socket, TimeSpan timeout) => new(socket.Radio.TimeProvider, timeout);

    /// <summary>Lets time pass until a task is over, and gives its result.</summary>
    internal T Finish<T>(Task<T> task, string what)
    {
        long start = TimeProvider.System.GetTimestamp();
        while (!Watch(task, pair.AdvanceClock is null ? TimeSpan.FromMilliseconds(50) : s_step))
        {
            cancellationToken.ThrowIfCancellationRequested();
            Step();
            pair.AdvanceClock?.Invoke();
            if (TimeProvider.System.GetElapsedTime(start) > pair.Timeout)
            {
                throw Failure($"{what} to end", $"a call that still waits after {pair.Timeout.TotalSeconds} s");
            }
        }

        Step();
        return task.GetAwaiter().GetResult();
    }

    /// <summary>Runs a call that may block on a thread of its own, and lets time pass until it is over.</summary>
    internal T Call<T>(string what, Func<T> call) => Finish(Start(call), what);

    /// <summary>Runs a call that may block on a thread of its own.</summary>
    internal static Task<T> Start<T>(Func<T> call) =>
        Task.Factory.StartNew(call, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    /// <summary>Checks that a call waits, time passing or not.</summary>
    internal void StaysBlocked(Task task, string what)
    {
        pair.AdvanceClock?.Invoke();
        if (Watch(task, s_watch))
        {
            throw Failure($"{what} to wait", task is Task<RadioResult> { IsCompletedSuccessfully: true } t ? $"{t.Result}" : $"a call that has ended ({task.Status})");
        }
    }

    /// <summary>Whether a socket that takes nothing more goes on so for a while.</summary>
    internal bool StaysFull(RadioSocket socket) =>
        Call("the wait for Writable", () => socket.Wait(Readiness.Writable, At(socket, s_watch))).Failed;

    /// <summary>Lets time pass until a condition holds.</summary>
    internal void Until(string what, Func<bool> condition)
    {
        Finish(Start(() => SpinWait.SpinUntil(condition, pair.Timeout)), what);
        IsTrue(condition(), what, "nothing of it");
    }

    /// <summary>Waits until a socket is ready.</summary>
    internal void Ready(RadioSocket socket, Readiness interest) =>
        Ok(Call($"the wait for {interest}", () => socket.Wait(interest, At(socket, Long))), $"Wait({interest})");

    internal RadioSocket Track(RadioSocket socket)
    {
        Step();
        lock (_sockets)
        {
            _sockets.Add(socket);
        }

        return socket;
    }

    internal RadioSocket Open(Radio radio, SocketType type)
    {
        Ok(radio.OpenSocket(Family, type, ProtocolType.Unspecified, out RadioSocket? socket), $"OpenSocket({type})");
        return Track(socket ?? throw Failure("a socket", "null"));
    }

    /// <summary>A socket bound to a port of the radio's choice.</summary>
    internal RadioSocket Bound(Radio radio, IPAddress address, SocketType type, out IPSocketAddress local)
    {
        RadioSocket socket = Open(radio, type);
        Ok(socket.Bind(new IPSocketAddress(address, 0)), $"Bind({address}, 0)");
        local = LocalOf(socket);
        return socket;
    }

    internal RadioSocket FarDatagram(out IPSocketAddress local) => Bound(Far, pair.FarAddress, SocketType.Dgram, out local);

    internal RadioSocket NearDatagram(out IPSocketAddress local) => Bound(Near, pair.NearAddress, SocketType.Dgram, out local);

    /// <summary>A listener of the far radio.</summary>
    internal RadioSocket Listener(out IPSocketAddress local, int backlog = 8)
    {
        RadioSocket socket = Bound(Far, pair.FarAddress, SocketType.Stream, out local);
        Ok(socket.Listen(backlog), $"Listen({backlog})");
        return socket;
    }

    /// <summary>A connection: the near radio's end and the far radio's.</summary>
    internal (RadioSocket Client, RadioSocket Server) Connection()
    {
        RadioSocket listener = Listener(out IPSocketAddress address);
        RadioSocket client = Open(Near, SocketType.Stream);
        Ok(Call("Connect", () => client.Connect(address, At(client, Long))), "Connect");
        (RadioResult result, RadioSocket? server) = Call("Accept", () =>
        {
            RadioResult r = listener.Accept(out RadioSocket? accepted, out _, At(listener, Long));
            return (r, accepted);
        });
        Ok(result, "Accept");
        listener.Close();
        return (client, Track(server!));
    }

    internal IPSocketAddress LocalOf(RadioSocket socket)
    {
        Ok(socket.GetLocalAddress(out IPSocketAddress local), "GetLocalAddress");
        return local;
    }

    internal IPSocketAddress RemoteOf(RadioSocket socket)
    {
        Ok(socket.GetRemoteAddress(out IPSocketAddress remote), "GetRemoteAddress");
        return remote;
    }

    internal byte[] Bytes(int count)
    {
        byte[] bytes = new byte[count];
        Random.NextBytes(bytes);
        return bytes;
    }

    public void Dispose()
    {
        RadioSocket[] sockets;
        lock (_sockets)
        {
            sockets = [.. _sockets];
        }

        foreach (RadioSocket socket in sockets)
        {
            socket.Close();
        }
    }

    private void Step() => Volatile.Write(ref _lastStep, TimeProvider.System.GetTimestamp());

    private static bool Watch(Task task, TimeSpan time)
    {
        try
        {
            return task.Wait(time);
        }
        catch (AggregateException)
        {
            return true; // ended badly: see its result
        }
    }
}
