using System.Net.Sockets;

namespace SocketPools.Radios;

/// <summary>
/// Whatever can carry sockets: the host's network, a simulated radio, a TAP link, a chip behind a serial line.
/// This folder is all that the author of a radio reads: derive from <see cref="Radio"/> and <see cref="RadioSocket"/>,
/// and let <c>SocketPools.Testing.RadioContract</c> check the result.
/// </summary>
/// <remarks>
/// A radio reports errors as <see cref="RadioResult"/> and does not throw. All members may be called from any thread.
/// The pool counts the sockets; the radio only says how many there may be.
/// </remarks>
public abstract class Radio
{
    /// <summary>A short name for people, which errors and tables show: <c>host</c>, <c>host/eth1</c>.</summary>
    public abstract string Name { get; }

    private int _maxSockets;

    /// <summary>Creates a radio with a budget of sockets.</summary>
    /// <param name="maxSockets">How many sockets may be open at once, 1 or more.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="maxSockets"/> is less than 1.</exception>
    protected Radio(int maxSockets)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(maxSockets);
        _maxSockets = maxSockets;
        MaxSocketsLimit = maxSockets;
    }

    /// <summary>
    /// The budget: how many sockets may be open at once. Setting it changes what may be opened from now on and closes nothing.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">Set to less than 1 or more than <see cref="MaxSocketsLimit"/>.</exception>
    public int MaxSockets
    {
        get => _maxSockets;
        set
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1);
            ArgumentOutOfRangeException.ThrowIfGreaterThan(value, MaxSocketsLimit);
            _maxSockets = value;
            BudgetChanged?.Invoke();
        }
    }

    /// <summary>Called after the budget was changed: the pool may have room now.</summary>
    internal Action? BudgetChanged { get; set; }

    /// <summary>The most that <see cref="MaxSockets"/> can be set to: what a chip has, or what the system allows the process.</summary>
    public virtual int MaxSocketsLimit { get; }

    /// <summary>The clock of this radio's deadlines. A simulated radio returns its own.</summary>
    public virtual TimeProvider TimeProvider => TimeProvider.System;

    /// <summary>
    /// Called on the thread whose blocking call a signal has interrupted, before the call goes on with the time that is
    /// left. An exception that it throws ends the call. Null by default. While a name is looked up, which no signal interrupts,
    /// it may be called from time to time without one. Radios that never see signals ignore it.
    /// </summary>
    public Action? Interrupted { get; set; }

    /// <summary>Creates an unbound socket of this radio.</summary>
    /// <param name="family">InterNetwork or InterNetworkV6.</param>
    /// <param name="type">Stream, Dgram or Raw.</param>
    /// <param name="protocol">The protocol; Unspecified (0) for the type's own.</param>
    /// <param name="socket">The socket, or null after a failure.</param>
    /// <returns>EAFNOSUPPORT, EINVAL (unknown type), EPROTONOSUPPORT, EPERM (raw), EMFILE or another reason.</returns>
    public abstract RadioResult OpenSocket(AddressFamily family, SocketType type, ProtocolType protocol, out RadioSocket? socket);

    /// <summary>Resolves a host name or an address in digits, and blocks until the result is known.</summary>
    /// <param name="query">What to look up. An address in digits must be answered without a query.</param>
    /// <param name="deadline">When to give up, with <see cref="AddressInfoError.System"/> and ETIMEDOUT. An immediate deadline waits without a limit: a lookup cannot be left half done.</param>
    public abstract AddressLookup Resolve(AddressQuery query, in Deadline deadline);

    /// <summary>Looks up addresses without holding a thread.</summary>
    /// <param name="query">What to look up.</param>
    /// <param name="cancellationToken">Ends the wait; the task is then cancelled.</param>
    public abstract ValueTask<AddressLookup> ResolveAsync(AddressQuery query, CancellationToken cancellationToken);

    /// <summary>
    /// Every socket is in use and one more is wanted: whether the radio has freed some, so that the pool tries once more. False by default.
    /// </summary>
    public virtual bool TryFreeSockets() => false;

    /// <summary>The process was forked: lookups under way go on in the parent only.</summary>
    internal virtual void ForgetLookups()
    {
    }

    /// <summary>Waits until at least one of many sockets of this radio is ready.</summary>
    /// <param name="entries">The sockets; <see cref="ReadinessEntry.Ready"/> of each is written.</param>
    /// <param name="deadline">How long to wait at most; immediate only asks.</param>
    /// <returns>How many entries are ready: 0 when the time is up (not an error).</returns>
    public virtual RadioResult Wait(Span<ReadinessEntry> entries, in Deadline deadline) => ManyWait.Run(entries, deadline);

    /// <summary>What would help against an error, for the text of the exception; null when there is nothing to say.</summary>
    /// <param name="operation">The operation that failed: <c>socket</c>, <c>bind</c>, <c>connect</c> …</param>
    /// <param name="errno">Why.</param>
    public virtual string? GetHint(string operation, Errno errno) => null;
}
