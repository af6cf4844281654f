using System.Net.Sockets;
using SocketPools.Radios;

namespace SocketPools.Tests;

/// <summary>
/// The host's radio seen through a door: a test stands in it, and makes happen what otherwise needs luck. Blocking calls and
/// waits are the ones that a radio inherits.
/// </summary>
internal sealed class HookedRadio : Radio
{
    private readonly HostNetwork _host = new();

    private readonly TimeProvider? _clock;

    internal HookedRadio(int maxSockets = 16, TimeProvider? clock = null)
        : base(maxSockets) => _clock = clock;

    public override TimeProvider TimeProvider => _clock ?? TimeProvider.System;

    public override string Name => "hooked";

    /// <summary>Runs after a connection was taken and before the pool hears of it.</summary>
    internal Action? Accepted { get; set; }

    /// <summary>Runs when a socket is closed, before it is.</summary>
    internal Action? Closing { get; set; }

    /// <summary>What every asynchronous wait answers instead of waiting.</summary>
    internal Errno WaitFails { get; set; }

    /// <summary>What every lookup answers instead of asking.</summary>
    internal AddressLookup? Answer { get; set; }

    /// <summary>How an asynchronous lookup answers, where it does not at once.</summary>
    internal Func<CancellationToken, Task<AddressLookup>>? Answering { get; set; }

    /// <summary>How many sockets the system has made for it and not got back.</summary>
    internal int OpenSockets;

    public override RadioResult OpenSocket(AddressFamily family, SocketType type, ProtocolType protocol, out RadioSocket? socket)
    {
        RadioResult result = _host.OpenSocket(family, type, protocol, out RadioSocket? inner);
        socket = inner is null ? null : new HookedSocket(this, inner);
        return result;
    }

    public override AddressLookup Resolve(AddressQuery query, in Deadline deadline) => Answer ?? _host.Resolve(query, deadline);

    public override ValueTask<AddressLookup> ResolveAsync(AddressQuery query, CancellationToken cancellationToken) =>
        Answering is { } answering ? new ValueTask<AddressLookup>(answering(cancellationToken))
            : Answer is { } answer ? ValueTask.FromResult(answer)
            : _host.ResolveAsync(query, cancellationToken);

    private sealed class HookedSocket : RadioSocket
    {
        private readonly HookedRadio _radio;
        private readonly RadioSocket _inner;
        private int _closed;

        internal HookedSocket(HookedRadio radio, RadioSocket inner)
        {
            (_radio, _inner) = (radio, inner);
            Interlocked.Increment(ref radio.OpenSockets);
        }

        public override Radio Radio => _radio;

        public override AddressFamily Family => _inner.Family;

        public override SocketType Type => _inner.Type;

        public override ProtocolType Protocol => _inner.Protocol;

        public override RadioResult Bind(in IPSocketAddress local) => _inner.Bind(local);

        public override RadioResult Listen(int backlog) => _inner.Listen(backlog);

        public override RadioResult Shutdown(SocketShutdown how) => _inner.Shutdown(how);

        public override RadioResult GetLocalAddress(out IPSocketAddress local) => _inner.GetLocalAddress(out local);

        public override RadioResult GetRemoteAddress(out IPSocketAddress remote) => _inner.GetRemoteAddress(out remote);

        public override RadioResult SetOption(SocketOptionLevel level, SocketOptionName name, ReadOnlySpan<byte> value) =>
            _inner.SetOption(level, name, value);

        public override RadioResult GetOption(SocketOptionLevel level, SocketOptionName name, Span<byte> value) =>
            _inner.GetOption(level, name, value);

        public override RadioResult TryConnect(in IPSocketAddress remote) => _inner.TryConnect(remote);

        public override RadioResult FinishConnect() => _inner.FinishConnect();

        public override RadioResult TryAccept(out RadioSocket? accepted, out IPSocketAddress remote)
        {
            RadioResult result = _inner.TryAccept(out RadioSocket? inner, out remote);
            accepted = inner is null ? null : new HookedSocket(_radio, inner);
            if (inner is not null)
            {
                _radio.Accepted?.Invoke();
            }

            return result;
        }

        public override RadioResult TrySend(ReadOnlySpan<byte> data) => _inner.TrySend(data);

        public override RadioResult TrySendTo(ReadOnlySpan<byte> data, in IPSocketAddress remote) => _inner.TrySendTo(data, remote);

        public override RadioResult TryReceive(Span<byte> buffer) => _inner.TryReceive(buffer);

        public override RadioResult TryReceiveFrom(Span<byte> buffer, out IPSocketAddress remote) =>
            _inner.TryReceiveFrom(buffer, out remote);

        public override Readiness Poll(Readiness interest) => _inner.Poll(interest);

        public override RadioResult Wait(Readiness interest, in Deadline deadline) => _inner.Wait(interest, deadline);

        public override ValueTask<RadioResult> WaitAsync(Readiness interest, CancellationToken cancellationToken) =>
            _radio.WaitFails != Errno.None
                ? ValueTask.FromResult<RadioResult>(_radio.WaitFails)
                : _inner.WaitAsync(interest, cancellationToken);

        public override void Close()
        {
            if (Interlocked.Exchange(ref _closed, 1) == 0)
            {
                _radio.Closing?.Invoke();
                Interlocked.Decrement(ref _radio.OpenSockets);
            }

            _inner.Close();
        }
    }
}
