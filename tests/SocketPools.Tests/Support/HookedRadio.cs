using SocketPools.Radios;

namespace SocketPools.Tests;

/// <summary>
/// The host's radio with hooks for a test, which makes happen what otherwise needs luck. Blocking calls and waits are the ones that a
/// radio inherits.
/// </summary>
internal sealed class HookedRadio(int maxSockets = 16, TimeProvider? clock = null)
    : WrappedRadio(new HostNetwork { MaxSockets = maxSockets }, static (radio, inner) => new HookedSocket((HookedRadio)radio, inner), clock)
{
    /// <summary>How many sockets the system has made for it and not got back.</summary>
    internal int OpenSockets;

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

    public override AddressLookup Resolve(AddressQuery query, in Deadline deadline) => Answer ?? base.Resolve(query, deadline);

    public override ValueTask<AddressLookup> ResolveAsync(AddressQuery query, CancellationToken cancellationToken) =>
        Answering is { } answering ? new ValueTask<AddressLookup>(answering(cancellationToken))
            : Answer is { } answer ? ValueTask.FromResult(answer)
            : base.ResolveAsync(query, cancellationToken);

    private sealed class HookedSocket : WrappedSocket
    {
        private readonly HookedRadio _radio;
        private int _closed;

        internal HookedSocket(HookedRadio radio, RadioSocket inner)
            : base(radio, inner)
        {
            _radio = radio;
            Interlocked.Increment(ref radio.OpenSockets);
        }

        public override RadioResult TryAccept(out RadioSocket? accepted, out IPSocketAddress remote)
        {
            RadioResult result = base.TryAccept(out accepted, out remote);
            if (accepted is not null)
            {
                _radio.Accepted?.Invoke();
            }

            return result;
        }

        public override ValueTask<RadioResult> WaitAsync(Readiness interest, CancellationToken cancellationToken) =>
            _radio.WaitFails != Errno.None
                ? ValueTask.FromResult<RadioResult>(_radio.WaitFails)
                : base.WaitAsync(interest, cancellationToken);

        public override void Close()
        {
            if (Interlocked.Exchange(ref _closed, 1) == 0)
            {
                _radio.Closing?.Invoke();
                Interlocked.Decrement(ref _radio.OpenSockets);
            }

            base.Close();
        }
    }
}
