using System.Diagnostics;
using System.Net.Sockets;
using SocketPools.Diagnostics;
using SocketPools.Radios;
using SocketPools.Slots;
using SocketPools.Telemetry;

namespace SocketPools;

public sealed partial class SocketPool
{
    /// <summary>Creates a socket: <c>pool.socket(family, type, proto)</c>. It blocks without a limit until a timeout is set.</summary>
    /// <param name="family">InterNetwork or InterNetworkV6.</param>
    /// <param name="type">Stream (TCP), Dgram (UDP) or Raw.</param>
    /// <param name="protocol">The protocol; Unspecified (0) takes the type's own: TCP or UDP. Raw sockets need one.</param>
    /// <returns>The socket. Close it to give its place back.</returns>
    /// <exception cref="OutOfSocketsException">The budget is used up; the exception lists the holders.</exception>
    /// <exception cref="PoolSocketException">
    /// EAFNOSUPPORT (unknown family), EINVAL (unknown type), EPROTONOSUPPORT (the protocol does not fit the type), EPERM
    /// (raw without the right), EMFILE (the process has no descriptors left); socket(2).
    /// </exception>
    /// <exception cref="ObjectDisposedException">The pool is disposed.</exception>
    /// <remarks>
    /// Where the process may not make raw sockets, ICMP and ICMPv6 fall back to the kernel's ping sockets if the system
    /// allows those; <see cref="PoolSocket.Type"/> is then Dgram, and what is received has no IP header.
    /// </remarks>
    public PoolSocket CreateSocket(
        AddressFamily family = AddressFamily.InterNetwork,
        SocketType type = SocketType.Stream,
        ProtocolType protocol = ProtocolType.Unspecified)
    {
        return OpenIn(Acquire(), family, type, protocol);
    }

    /// <summary>Makes a socket in a place that was taken before.</summary>
    private PoolSocket OpenIn(SocketSlot slot, AddressFamily family, SocketType type, ProtocolType protocol)
    {
        RadioResult result = Errno.EAFNOSUPPORT;
        try
        {
            if (family is AddressFamily.InterNetwork or AddressFamily.InterNetworkV6)
            {
                result = _state.Radio.OpenSocket(family, type, protocol, out RadioSocket? socket);
                slot.Socket = socket;
            }
        }
        finally
        {
            if (slot.Socket is null)
            {
                Release(slot);
            }
        }

        if (result.Failed)
        {
            throw new PoolSocketException(
                result.Errno, "socket", _state.Radio.Name, elapsed: _state.Clock.GetElapsedTime(slot.CreatedAt), hint: _state.Radio.GetHint("socket", result.Errno));
        }

        return Publish(slot, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Takes a place in the budget, or throws and says who has them all.</summary>
    internal SocketSlot Acquire() =>
        TryAcquire() ?? throw OutOfSockets();

    /// <summary>
    /// The refusal, with the most telling holders: asking the system for the addresses of each would take as long as the pool is large.
    /// </summary>
    internal OutOfSocketsException OutOfSockets()
    {
        List<SocketSlot> slots = ListSlots();
        SocketTally tally = SocketTally.Of(slots, static slot => slot.Group);
        SocketSnapshot[] holders = [.. tally.Chosen.Select(i => slots[i].TakeSnapshot(_state.Clock))];
        return new OutOfSocketsException(_state.Radio.Name, _state.Radio.MaxSockets, holders, tally.Format(holders, "SocketPool.Dump()"));
    }

    internal bool HasRoom => Volatile.Read(ref _state.Open) < _state.Radio.MaxSockets;

    /// <summary>Takes a place; null where there is none, which is counted as a refusal.</summary>
    internal SocketSlot? TryAcquire()
    {
        SocketSlot? slot = TryAcquireUncounted();
        if (slot is null)
        {
            CountRefusal();
        }

        return slot;
    }

    /// <summary>Takes a place, for a call that goes on without one: it waits, or has others.</summary>
    internal SocketSlot? TryAcquireUncounted()
    {
        SocketSlot? slot = TryAcquireFree();
        if (slot is null && _state.Radio.TryFreeSockets())
        {
            AwaitCollected();
            slot = TryAcquireFree();
        }

        return slot;
    }

    private SocketSlot? TryAcquireFree()
    {
        StackTrace? creation = TraceCaller();
        string? caller = _state.FindCaller?.Invoke();
        lock (_state.Gate)
        {
            ObjectDisposedException.ThrowIf(IsDisposed, this);
            return TryAcquireUnsynchronized(creation, caller);
        }
    }

    private SocketSlot? TryAcquireUnsynchronized(StackTrace? creation, string? caller)
    {
        if (_state.Open >= _state.Radio.MaxSockets)
        {
            return null;
        }

        SocketSlot slot = new(++_state.LastNumber, _state.Clock.GetTimestamp()) { Creation = creation, Opener = this };
        slot.CreatedBy ??= caller;
        AppendUnsynchronized(slot);
        _state.Opened++;
        _state.HighWater = Math.Max(_state.HighWater, ++_state.Open);
        return slot;
    }

    private StackTrace? TraceCaller() => _state.TrackCallers ? new StackTrace(2, fNeedFileInfo: true) : null;

    /// <summary>Counts a refusal, and makes its exception.</summary>
    internal OutOfSocketsException Refuse()
    {
        CountRefusal();
        return OutOfSockets();
    }

    private void CountRefusal()
    {
        Interlocked.Increment(ref _state.Exhausted);
        PoolTelemetry.Exhausted(this);
    }

    /// <summary>The line that calls, where callers are tracked.</summary>
    private string? NameCaller() =>
        _state.FindCaller?.Invoke() ?? (_state.TrackCallers ? SocketSlot.CallerOf(new StackTrace(1, fNeedFileInfo: true)) : null);

    /// <summary>Closes a socket and gives its place back, unless another thread has done so.</summary>
    internal void End(SocketSlot slot, SocketCloseReason reason)
    {
        if (slot.TryClose())
        {
            Release(slot);
            PoolTelemetry.Closed(this, slot, reason);
        }
    }

    /// <summary>Gives a place back. Each slot comes here once: from a failed creation, or from the thread that ended it.</summary>
    internal void Release(SocketSlot slot)
    {
        lock (_state.Gate)
        {
            RemoveUnsynchronized(slot);
            _state.Open--;
            _state.Opened -= slot.Socket is null ? 1 : 0;
        }

        slot.NoteReleased();

        if (_state.Waits.IsAwaited)
        {
            _state.Waits.Signal(1);
        }
    }

    /// <summary>Hands a socket out, unless the pool was disposed while it was made.</summary>
    internal PoolSocket Publish(SocketSlot slot, TimeSpan timeout)
    {
        PoolSocket socket = new(this, slot, timeout);
        PoolTelemetry.Opened(this, slot);

        // Dispose sets the flag and then looks at the slots; this has filled the slot and now looks at the flag.
        Interlocked.MemoryBarrier();
        if (!IsDisposed)
        {
            return socket;
        }

        socket.CloseBecause(SocketCloseReason.PoolDisposed);
        throw new ObjectDisposedException(nameof(SocketPool));
    }

    /// <summary>
    /// Call it in the child after <c>fork(2)</c>, before the pool is used there. Calls and lookups of other threads go on in the parent
    /// only, and the child no longer waits for them. Closing a socket in the child leaves the parent's connection open.
    /// </summary>
    public void ResetAfterFork()
    {
        _state.Radio.ForgetLookups();
        foreach (SocketSlot slot in ListSlots())
        {
            slot.ForgetAccepts();
            slot.Socket?.ForgetCalls();
        }
    }

    /// <summary>The slots at this moment, in the order of making.</summary>
    private List<SocketSlot> ListSlots()
    {
        List<SocketSlot> slots;
        lock (_state.Gate)
        {
            slots = new List<SocketSlot>(_state.Open);
            for (SocketSlot? slot = _state.First; slot is not null; slot = slot.Next)
            {
                slots.Add(slot);
            }
        }

        return slots;
    }

    private void AppendUnsynchronized(SocketSlot slot)
    {
        Debug.Assert(_state.Gate.IsHeldByCurrentThread);
        slot.Previous = _state.Last;
        if (_state.Last is null)
        {
            _state.First = slot;
        }
        else
        {
            _state.Last.Next = slot;
        }

        _state.Last = slot;
    }

    private void RemoveUnsynchronized(SocketSlot slot)
    {
        Debug.Assert(_state.Gate.IsHeldByCurrentThread);
        if (slot.Previous is null)
        {
            _state.First = slot.Next;
        }
        else
        {
            slot.Previous.Next = slot.Next;
        }

        if (slot.Next is null)
        {
            _state.Last = slot.Previous;
        }
        else
        {
            slot.Next.Previous = slot.Previous;
        }

        slot.Previous = slot.Next = null;
    }
}
