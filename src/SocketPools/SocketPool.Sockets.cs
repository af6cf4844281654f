using System.Diagnostics;
using System.Net.Sockets;
using SocketPools.Diagnostics;
using SocketPools.Radios;
using SocketPools.Slots;
using SocketPools.Telemetry;

namespace SocketPools;

public sealed partial class SocketPool
{
    private readonly Lock _gate = new();
    private SocketSlot? _first;
    private SocketSlot? _last;
    private int _open;
    private int _highWater;
    private long _lastNumber;
    private long _opened;

    /// <summary>Makes a socket: <c>pool.socket(family, type, proto)</c>. It blocks without a limit until told otherwise.</summary>
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
        SocketSlot slot = Acquire();
        RadioResult result = Errno.EAFNOSUPPORT;
        try
        {
            if (family is AddressFamily.InterNetwork or AddressFamily.InterNetworkV6)
            {
                result = _radio.OpenSocket(family, type, protocol, out RadioSocket? socket);
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
                result.Errno, "socket", _radio.Name, elapsed: _clock.GetElapsedTime(slot.CreatedAt), hint: _radio.GetHint("socket", result.Errno));
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
        SocketSnapshot[] holders = [.. tally.Chosen.Select(i => slots[i].TakeSnapshot(_clock))];
        return new OutOfSocketsException(_radio.Name, _radio.MaxSockets, holders, tally.Format(holders, "SocketPool.Dump()"));
    }

    internal bool HasRoom => Volatile.Read(ref _open) < _radio.MaxSockets;

    internal SocketSlot? TryAcquire()
    {
        SocketSlot? slot = TryAcquireFree();
        if (slot is null && _radio.TryFreeSockets())
        {
            AwaitCollected();
            slot = TryAcquireFree();
        }

        if (slot is null)
        {
            Interlocked.Increment(ref _exhausted);
            PoolTelemetry.Exhausted(this);
        }

        return slot;
    }

    private SocketSlot? TryAcquireFree()
    {
        StackTrace? creation = TrackCallers ? new StackTrace(2, fNeedFileInfo: true) : null;
        string? caller = FindCaller?.Invoke();
        int limit = _radio.MaxSockets;
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            if (_open < limit)
            {
                SocketSlot slot = new(++_lastNumber, _clock.GetTimestamp()) { Creation = creation };
                slot.CreatedBy ??= caller;
                AppendUnsynchronized(slot);
                _opened++;
                _highWater = Math.Max(_highWater, ++_open);
                return slot;
            }
        }

        return null;
    }

    /// <summary>Closes a socket and gives its place back, unless somebody else has done so.</summary>
    internal void End(SocketSlot slot, SocketCloseReason reason)
    {
        if (slot.TryClose())
        {
            Release(slot);
            PoolTelemetry.Closed(this, slot, reason);
        }
    }

    /// <summary>Gives a place back. Each slot comes here once: from a failed making, or from whoever ended it.</summary>
    internal void Release(SocketSlot slot)
    {
        bool isAwaited;
        lock (_gate)
        {
            RemoveUnsynchronized(slot);
            _open--;
            _opened -= slot.Socket is null ? 1 : 0;
            isAwaited = _room is not null;
        }

        slot.NoteReleased();

        if (isAwaited)
        {
            SignalRoom();
        }
    }

    /// <summary>Hands a socket out, unless the pool was disposed while it was made.</summary>
    internal PoolSocket Publish(SocketSlot slot, TimeSpan timeout)
    {
        PoolSocket socket = new(this, slot, timeout);
        PoolTelemetry.Opened(this, slot);

        // Dispose sets the flag and then looks at the slots; this has filled the slot and now looks at the flag.
        Interlocked.MemoryBarrier();
        if (!Volatile.Read(ref _disposed))
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
        _radio.ForgetLookups();
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
        lock (_gate)
        {
            slots = new List<SocketSlot>(_open);
            for (SocketSlot? slot = _first; slot is not null; slot = slot.Next)
            {
                slots.Add(slot);
            }
        }

        return slots;
    }

    private void AppendUnsynchronized(SocketSlot slot)
    {
        Debug.Assert(_gate.IsHeldByCurrentThread);
        slot.Previous = _last;
        if (_last is null)
        {
            _first = slot;
        }
        else
        {
            _last.Next = slot;
        }

        _last = slot;
    }

    private void RemoveUnsynchronized(SocketSlot slot)
    {
        Debug.Assert(_gate.IsHeldByCurrentThread);
        if (slot.Previous is null)
        {
            _first = slot.Next;
        }
        else
        {
            slot.Previous.Next = slot.Next;
        }

        if (slot.Next is null)
        {
            _last = slot.Previous;
        }
        else
        {
            slot.Next.Previous = slot.Previous;
        }

        slot.Previous = slot.Next = null;
    }
}
