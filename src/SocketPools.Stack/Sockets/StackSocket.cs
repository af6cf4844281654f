using System.Net.Sockets;
using SocketPools.Radios;
using SocketPools.Stack.Core;
using SocketPools.Stack.Interfaces;
using SocketPools.Stack.IP;
using SocketPools.Stack.Wire;

namespace SocketPools.Stack.Sockets;

/// <summary>What the sockets of a stack have in common: the gate, the waits, the end. Kinds fill in what is theirs.</summary>
internal abstract class StackSocket : RadioSocket, IStackSocket, IScopeOwner
{
    protected const Readiness Everything = Readiness.Readable | Readiness.Writable | Readiness.Error | Readiness.HangUp;

    // Once a call has waited.
    private SocketWaits? _waits;
    private ReadinessSocketPair? _shown;
    private bool _isClosed;

    protected StackSocket(StackTransports stack, AddressFamily family)
    {
        Stack = stack;
        Family = family;
        using (stack.Network.Gate.EnterScope())
        {
            stack.Network.Core.OpenSockets++;
        }
    }

    public override Radio Radio => Stack.Radio;

    public override AddressFamily Family { get; }

    protected NetworkStack Network => Stack.Network;

    protected StackTransports Stack { get; }

    /// <summary>Whether it is closed here, or belongs to the process that this one was forked from.</summary>
    protected bool IsClosed => _isClosed || Network.Core.IsAbandoned;

    public override bool AttemptsFirst => true;

    bool IScopeOwner.IsHeldByCurrentThread => Network.Gate.IsHeldByCurrentThread || OwnShard.IsHeldByCurrentThread;

    private SocketWaits Waits => _waits ?? MakeWaits();

    // Without a wait so far, nothing is created for those that need none.
    private bool IsReady(Readiness interest)
    {
        if (_waits is not null)
        {
            return false;
        }

        using (EnterOwnScope())
        {
            return !IsClosed && AskUnsynchronized(interest) != Readiness.None;
        }
    }

    private SocketWaits MakeWaits()
    {
        using (EnterOwnScope())
        {
            if (_waits is null)
            {
                _waits = new SocketWaits(this, Network.Clock, interest => IsClosed ? Everything : AskUnsynchronized(interest));
                if (_isClosed)
                {
                    _waits.CloseUnsynchronized();
                }
            }

            return _waits;
        }
    }

    public override RadioResult SetNonBlocking(bool nonBlocking)
    {
        using (Network.Gate.EnterScope())
        {
            return IsClosed ? Errno.EBADF : RadioResult.Ok;
        }
    }

    public override Readiness Poll(Readiness interest)
    {
        using (EnterOwnScope())
        {
            return IsClosed ? Everything : AskUnsynchronized(interest);
        }
    }

    public override RadioResult Wait(Readiness interest, in Deadline deadline) =>
        IsReady(interest) ? RadioResult.Ok : Waits.Wait(interest, deadline, Radio.Interrupted);

    public override ValueTask<RadioResult> WaitAsync(Readiness interest, CancellationToken cancellationToken) =>
        !cancellationToken.IsCancellationRequested && IsReady(interest)
            ? ValueTask.FromResult(RadioResult.Ok)
            : Waits.WaitAsync(interest, cancellationToken);

    /// <summary>The numbers are Linux's, whatever the system is.</summary>
    public override RadioResult SetRawOption(int level, int name, ReadOnlySpan<byte> value) =>
        LinuxOptionNumbers.TryName(level, name, out (SocketOptionLevel Level, SocketOptionName Name) option)
            ? SetOption(option.Level, option.Name, value)
            : Errno.ENOPROTOOPT;

    /// <inheritdoc cref="SetRawOption"/>
    public override RadioResult GetRawOption(int level, int name, Span<byte> value) =>
        LinuxOptionNumbers.TryName(level, name, out (SocketOptionLevel Level, SocketOptionName Name) option)
            ? GetOption(option.Level, option.Name, value)
            : Errno.ENOPROTOOPT;

    public override void Close()
    {
        using (Network.Gate.EnterScope())
        {
            if (!IsClosed)
            {
                _isClosed = true;
                Network.Core.OpenSockets--;
                EndUnsynchronized();
                _waits?.CloseUnsynchronized();
            }

            _shown?.Close();
            _shown = null;
        }

        Network.DriveIfNeeded();
    }

    /// <inheritdoc/>
    public RadioResult OpenReadiness(out int descriptor)
    {
        using (Network.Gate.EnterScope())
        {
            descriptor = -1;
            Errno errno = IsClosed ? Errno.EBADF : _shown is null ? ReadinessSocketPair.TryMake(out _shown) : Errno.None;
            if (errno == Errno.None)
            {
                descriptor = _shown!.Descriptor;
                ShowUnsynchronized();
            }

            return errno;
        }
    }

    /// <inheritdoc/>
    public void DetachReadiness()
    {
        using (Network.Gate.EnterScope())
        {
            _shown?.Abandon();
            _shown = null;
        }
    }

    /// <inheritdoc/>
    /// <remarks>The lock of the shard that the socket's connection is in is enough to ask and to wait; the gate where it has none.</remarks>
    public virtual ShardScope EnterOwnScope() => Network.Gate.EnterScope();

    /// <summary>The shard that the socket's connection is in, or the first.</summary>
    protected virtual StackShard OwnShard => Network.Shards.Main;

    /// <summary>What the open socket is ready for. With the gate held.</summary>
    protected abstract Readiness AskUnsynchronized(Readiness interest);

    /// <summary>The socket has just been closed. With the gate held.</summary>
    protected abstract void EndUnsynchronized();

    /// <summary>Wakes the waits, because data has arrived or the state has changed. With the gate held.</summary>
    protected void ChangedUnsynchronized()
    {
        _waits?.ChangedUnsynchronized();
        ShowUnsynchronized();
    }

    /// <summary>A call may have used up what the socket was ready for: the descriptor says so, if there is one. With the gate held.</summary>
    protected void ShowUnsynchronized()
    {
        if (_shown is not null && !IsClosed)
        {
            _shown.Show(AskUnsynchronized(Readiness.Readable | Readiness.Writable));
        }
    }

    /// <summary>IPV6_V6ONLY of ipv6(7): off, an IPv6 socket speaks IPv4, too, with addresses of the form ::ffff:a.b.c.d.</summary>
    protected bool IsIPv6Only { get; private set; }

    /// <summary>Whether "any" of this socket is any address of both versions.</summary>
    protected bool IsDual => Family == AddressFamily.InterNetworkV6 && !IsIPv6Only;

    /// <summary>The address that a caller means: IPv4 for a mapped one.</summary>
    protected static IPAddressValue Unmap(in IPSocketAddress address) => IPAddressValue.From(address).WithoutMapping();

    /// <summary>A peer's address as a caller of this socket sees it.</summary>
    protected IPSocketAddress Map(in IPAddressValue address, ushort port, uint scope = 0) =>
        (Family == AddressFamily.InterNetworkV6 && address.IsIPv4 ? address.ToIPv4Mapped() : address).ToSocketAddress(port, scope);

    /// <summary>Sets IPV6_V6ONLY, which is fixed once the socket has a port (Linux: EINVAL).</summary>
    protected Errno SetIPv6Only(bool value, bool isBound)
    {
        if (Family != AddressFamily.InterNetworkV6 || isBound)
        {
            return isBound ? Errno.EINVAL : Errno.ENOPROTOOPT;
        }

        IsIPv6Only = value;
        return Errno.None;
    }

    /// <summary>Why a socket of IPv6 alone cannot reach an IPv4 peer (Linux: ENETUNREACH).</summary>
    protected virtual Errno RefusalOf(in IPAddressValue remote) => IsIPv6Only && remote.IsIPv4 ? Errno.ENETUNREACH : Errno.None;

    /// <summary>The interface that the scope of a link-local address names (RFC 4007); null without a scope.</summary>
    protected NetworkInterface? ScopeOf(in IPSocketAddress address) => Network.InterfaceOf((int)address.ScopeId);
}
