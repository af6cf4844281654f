using System.Diagnostics;
using SocketPools.Stack.Core;
using SocketPools.Stack.Interfaces;
using SocketPools.Stack.IP;
using SocketPools.Stack.Wire;

namespace SocketPools.Stack.Configuration;

/// <summary>
/// The DHCPv4 client of an interface (RFC 2131; options of RFC 2132, routes of RFC 3442). It leases an address, uses it with its routes and
/// name servers, and renews it until it is stopped. All members may be called from any thread.
/// </summary>
/// <remarks>
/// When the link's carrier comes back, a lease is asked for again by INIT-REBOOT (section 3.2), and used until a server refuses it.
/// <para>Not supported:</para>
/// <para>INIT-REBOOT at the start, because nothing is stored between runs. <see cref="DhcpOptions.RequestedAddress"/> asks for the same address
/// with one packet more.</para>
/// <para>DHCPINFORM. With a static address the rest is configured by hand, too.</para>
/// <para>The wait of 1 to 10 s at the start (section 4.4.1), which is for many hosts that start at once after a power failure.</para>
/// <para>Choosing between offers: the first one is taken. Options of more than 255 bytes (RFC 3396), authentication (RFC 3118), and rapid commit
/// (RFC 4039), which saves one round trip.</para>
/// </remarks>
public sealed partial class DhcpClient : IDisposable
{
    // Section 4.1: 4 s at first, twice as long each time up to 64 s, each a second more or less by chance.
    private const int FirstWait = 4;
    private const int LastWait = 64;
    private const int MaxRequests = 4;

    // Section 3.1, step 5: after a conflict; also after a refusal, so that a server that always refuses is not asked without a pause.
    private static readonly TimeSpan s_pause = TimeSpan.FromSeconds(10);

    // Section 4.4.5: the least time between two questions for more time.
    private static readonly TimeSpan s_leastRenewal = TimeSpan.FromSeconds(60);

    private readonly InterfaceConfiguration _configuration;
    private readonly NetworkStack _stack;
    private readonly NetworkInterface _owner;
    private readonly DhcpOptions _settings;
    private readonly StackTimer _timer;
    private TaskCompletionSource<DhcpLease> _bound = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private uint _transaction;
    private long _begun;
    private int _sent;
    private int _probes;

    internal DhcpClient(InterfaceConfiguration configuration, DhcpOptions settings)
    {
        _configuration = configuration;
        _stack = configuration.Network;
        _owner = configuration.Interface;
        _settings = settings;
        _timer = new StackTimer(OnTimer);
        _wanted = settings.RequestedAddress is { } wanted ? IPAddressValue.From(wanted).OrThrowIfNotIPv4() : default;
    }

    /// <summary>Gets the client's state in RFC 2131's state machine.</summary>
    public DhcpState State
    {
        get;
        private set
        {
            field = value;
            _owner.IsAwaitingAddress = value is DhcpState.Selecting or DhcpState.Requesting;
        }
    }

    /// <summary>What it uses; null while it has nothing.</summary>
    public DhcpLease? Lease { get; private set; }

    /// <summary>Messages that were no answers: of another transaction, for another station, not to be read, or nothing that could be used.</summary>
    public long ResponsesIgnored { get; private set; }

    /// <summary>Addresses that another station was found to use.</summary>
    public long DeclinesSent { get; private set; }

    /// <summary>Gets how many DHCPNAK messages were received from servers.</summary>
    public long NaksReceived { get; private set; }

    private bool HasLease => State is DhcpState.Bound or DhcpState.Renewing or DhcpState.Rebinding or DhcpState.Rebooting;

    /// <summary>Waits until there is a lease, without holding a thread.</summary>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The lease, at once where there is one.</returns>
    /// <exception cref="ObjectDisposedException">The client was stopped.</exception>
    public Task<DhcpLease> WaitAsync(CancellationToken cancellationToken = default)
    {
        using (_stack.Gate.EnterScope())
        {
            return _bound.Task.WaitAsync(cancellationToken);
        }
    }

    /// <summary>Asks for more time now, where there is a lease (section 4.4.5 lets a client do so at any time).</summary>
    public void Renew()
    {
        using (_stack.Gate.EnterScope())
        {
            if (State == DhcpState.Bound)
            {
                BeginRenewing();
            }
        }

        _stack.Drive();
    }

    /// <summary>Gives the address back (DHCPRELEASE), takes it off the interface, and stops.</summary>
    public void Dispose()
    {
        using (_stack.Gate.EnterScope())
        {
            StopUnsynchronized();
        }

        _stack.Drive();
    }

    internal void BeginUnsynchronized()
    {
        Debug.Assert(_stack.Gate.IsHeldByCurrentThread);
        _transaction = (uint)_stack.Random.NextInt64(1L << 32);
        _begun = _stack.Timers.Now;
        _sent = 0;
        State = DhcpState.Selecting;
        Discover();
    }

    /// <summary>The link's carrier is back, perhaps on another network: asks at once.</summary>
    internal void RestartUnsynchronized()
    {
        if (!HasLease)
        {
            if (State != DhcpState.Stopped)
            {
                BeginUnsynchronized();
            }

            return;
        }

        _transaction = (uint)_stack.Random.NextInt64(1L << 32);
        _begun = _stack.Timers.Now;
        _sent = 0;
        State = DhcpState.Rebooting;
        AskForHeld();
    }

    internal void StopUnsynchronized()
    {
        if (State == DhcpState.Stopped)
        {
            return;
        }

        if (HasLease)
        {
            Release();
            DropLease();
        }

        State = DhcpState.Stopped;
        _stack.Timers.Remove(_timer);
        _bound.TrySetException(new ObjectDisposedException(nameof(DhcpClient)));
        _ = _bound.Task.Exception; // observed, also without a waiter
        _configuration.OnDhcpStopped();
    }

    /// <summary>What the time brings, in each state.</summary>
    private void OnTimer()
    {
        switch (State)
        {
            case DhcpState.Init:
                BeginUnsynchronized();
                break;
            case DhcpState.Selecting:
                Discover();
                break;
            case DhcpState.Requesting when _sent >= MaxRequests:
                BeginUnsynchronized();
                break;
            case DhcpState.Requesting:
                Request();
                break;
            case DhcpState.Probing:
                Probe();
                break;
            case DhcpState.Rebooting:
                AskForHeld();
                break;
            case DhcpState.Bound:
                BeginRenewing();
                break;
            case DhcpState.Renewing or DhcpState.Rebinding:
                AskAgain();
                break;
        }
    }

    /// <summary>Probes whether another host has the address (RFC 5227, section 2.1.1), in less time and with two probes.</summary>
    private void Probe()
    {
        if (_settings.AddressProbeTimeout > TimeSpan.Zero && _probes < 2)
        {
            _probes++;
            _owner.Arp.Probe(_offer.Address);
            SetTimer(_settings.AddressProbeTimeout / 2);
            return;
        }

        Bind();
    }

    /// <summary>Section 3.2: a client that hears neither yes nor no goes on with its lease, as long as that lasts.</summary>
    private void AskForHeld()
    {
        if (Lease is { } lease && _sent >= MaxRequests)
        {
            State = DhcpState.Bound;
            if (lease.Duration == Timeout.InfiniteTimeSpan)
            {
                TimerQueue.Clear(_timer);
            }
            else
            {
                BeginRenewing();
            }

            return;
        }

        Reboot();
    }

    /// <summary>Section 4.4.5: T1 is over.</summary>
    private void BeginRenewing()
    {
        _transaction = (uint)_stack.Random.NextInt64(1L << 32);
        _begun = _stack.Timers.Now;
        State = DhcpState.Renewing;
        AskAgain();
    }

    /// <summary>Asks in half of the time that is left until T2, then until the end, but not more often than once a minute.</summary>
    private void AskAgain()
    {
        long now = _stack.Timers.Now;
        if (now >= _expiry)
        {
            DropLease();
            BeginUnsynchronized();
            return;
        }

        if (now >= _rebinding)
        {
            State = DhcpState.Rebinding;
        }

        long end = State == DhcpState.Rebinding ? _expiry : _rebinding;
        RequestMore();
        long wait = Math.Max((end - now) / 2, _stack.Timers.Ticks(s_leastRenewal));
        _stack.Timers.Set(_timer, Math.Min(now + wait, end));
    }

    private void Pause()
    {
        State = DhcpState.Init;
        SetTimer(s_pause);
    }

    private void SetTimer(TimeSpan time) => _stack.Timers.Set(_timer, _stack.Timers.Now + _stack.Timers.Ticks(time));

    private TimeSpan Backoff() =>
        TimeSpan.FromSeconds(Math.Min(LastWait, FirstWait << Math.Min(_sent - 1, 8)) + (_stack.Random.NextDouble() * 2) - 1);
}
