using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Threading.Channels;
using Microsoft.Extensions.Time.Testing;
using SocketPools.Connections;
using SocketPools.Radios;

namespace SocketPools.Tests.Streams;

/// <summary>A radio whose only host has the addresses that a test gives it, each of which answers when the test says so.</summary>
internal sealed class RaceRadio : Radio
{
    private readonly ConcurrentDictionary<string, TaskCompletionSource<Errno>> _answers = new();
    private readonly Channel<string> _started = Channel.CreateUnbounded<string>();
    private readonly string[] _addresses;
    private int _open;

    internal RaceRadio(params string[] addresses)
        : base(16) => _addresses = addresses;

    public override string Name => "race";

    public override TimeProvider TimeProvider => Clock;

    internal RaceClock Clock { get; } = new();

    /// <summary>How long the name server takes.</summary>
    internal TimeSpan LookUpTakes { get; init; }

    /// <summary>A family that the radio has not.</summary>
    internal AddressFamily Missing { get; init; }

    /// <summary>What was tried, in this order.</summary>
    internal ConcurrentQueue<string> Attempts { get; } = new();

    /// <summary>How many sockets were made and not closed.</summary>
    internal int Open => Volatile.Read(ref _open);

    /// <summary>Makes an address answer: connected with None, else this error.</summary>
    internal void Answer(string address, Errno errno = Errno.None) => AnswerOf(address).TrySetResult(errno);

    /// <summary>Waits until one more attempt has begun.</summary>
    internal Task NextAttemptAsync() => _started.Reader.ReadAsync().AsTask();

    public override RadioResult OpenSocket(AddressFamily family, SocketType type, ProtocolType protocol, out RadioSocket? socket)
    {
        socket = null;
        if (family == Missing)
        {
            return Errno.EAFNOSUPPORT;
        }

        Interlocked.Increment(ref _open);
        socket = new RaceSocket(this, family);
        return RadioResult.Ok;
    }

    public override AddressLookup Resolve(AddressQuery query, in Deadline deadline) => throw new InvalidOperationException("nobody blocks here");

    public override async ValueTask<AddressLookup> ResolveAsync(AddressQuery query, CancellationToken cancellationToken)
    {
        if (LookUpTakes > TimeSpan.Zero)
        {
            await Task.Delay(LookUpTakes, Clock, cancellationToken);
        }

        return _addresses.Length == 0
            ? new AddressLookup(AddressInfoError.NoName)
            : new AddressLookup([.. _addresses.Select(IPAddress.Parse).Select(address =>
                new AddressInfo(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp, "", new IPSocketAddress(address, 0)))]);
    }

    private TaskCompletionSource<Errno> AnswerOf(string address) =>
        _answers.GetOrAdd(address, _ => new TaskCompletionSource<Errno>(TaskCreationOptions.RunContinuationsAsynchronously));

    private Task<Errno> Begin(in IPSocketAddress remote)
    {
        string address = remote.ToIPAddress().ToString();
        Attempts.Enqueue(address);
        _started.Writer.TryWrite(address);
        return AnswerOf(address).Task;
    }

    private sealed class RaceSocket(RaceRadio radio, AddressFamily family) : RefusingSocket(family, SocketType.Stream)
    {
        private readonly TaskCompletionSource _closed = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private IPSocketAddress _remote;
        private Task<Errno>? _answer;

        public override Radio Radio => radio;

        public override RadioResult TryConnect(in IPSocketAddress remote)
        {
            _remote = remote;
            _answer = radio.Begin(remote);
            return FinishConnect();
        }

        public override RadioResult FinishConnect() => _answer is not { IsCompleted: true } ? Errno.EINPROGRESS
            : _answer.Result == Errno.None ? RadioResult.Ok : _answer.Result;

        public override async ValueTask<RadioResult> WaitAsync(Readiness interest, CancellationToken cancellationToken)
        {
            await Task.WhenAny(_answer!, _closed.Task).WaitAsync(cancellationToken);
            return _closed.Task.IsCompleted ? Errno.EBADF : RadioResult.Ok;
        }

        public override RadioResult GetRemoteAddress(out IPSocketAddress remote)
        {
            remote = _remote;
            return _answer is { IsCompleted: true, Result: Errno.None } ? RadioResult.Ok : Errno.ENOTCONN;
        }

        public override RadioResult GetLocalAddress(out IPSocketAddress local)
        {
            local = default;
            return RadioResult.Ok;
        }

        public override void Close()
        {
            if (_closed.TrySetResult())
            {
                Interlocked.Decrement(ref radio._open);
            }
        }
    }
}

/// <summary>A clock that a test turns, and which tells when somebody has begun to wait for the next attempt.</summary>
internal sealed class RaceClock : FakeTimeProvider
{
    private readonly Channel<TimeSpan> _delays = Channel.CreateUnbounded<TimeSpan>();

    /// <summary>Waits until the race waits for a slow attempt, and lets that time pass.</summary>
    internal async Task PassAttemptDelayAsync()
    {
        await AttemptDelayAsync();
        Advance(ConnectionRace.AttemptDelay);
    }

    /// <summary>Waits until the race waits for a slow attempt.</summary>
    internal Task AttemptDelayAsync() => _delays.Reader.ReadAsync().AsTask();

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        ITimer timer = base.CreateTimer(callback, state, dueTime, period);
        if (dueTime == ConnectionRace.AttemptDelay)
        {
            _delays.Writer.TryWrite(dueTime);
        }

        return timer;
    }
}
