using System.Diagnostics.CodeAnalysis;
using SocketPools.Diagnostics;
using SocketPools.Radios;
using SocketPools.Slots;
using SocketPools.Telemetry;

namespace SocketPools;

// A place in the pool for a connection that the radio has accepted, or that is parked.
public sealed partial class PoolSocket
{
    /// <summary>Takes a connection that is parked, if there is one and a place for it.</summary>
    /// <param name="socket">The connection.</param>
    /// <param name="mayRefuse">Whether to throw where there is no place.</param>
    private bool TryAdoptParked([NotNullWhen(true)] out PoolSocket? socket, bool mayRefuse = true)
    {
        socket = null;
        if (!_slot.HasParked)
        {
            return false;
        }

        SocketSlot? slot = mayRefuse ? _pool.Acquire() : _pool.HasRoom ? _pool.TryAcquireUncounted() : null;
        if (slot is null)
        {
            return false;
        }

        if (!_slot.TryTakeParked(out RadioSocket? accepted, out IPSocketAddress remote))
        {
            _pool.Release(slot);
            return false;
        }

        socket = Adopt(slot, accepted!, remote);
        return true;
    }

    private PoolSocket Adopt(SocketSlot slot, RadioSocket accepted, in IPSocketAddress remote)
    {
        TimeSpan timeout = accepted.InitialTimeout ?? _timeout;
        slot.Socket = accepted;
        slot.NotePeer(SocketState.Connected, remote);
        PoolSocket socket = _pool.Publish(slot, timeout);
        socket._mayLinger = _mayLinger;
        PoolTelemetry.Accepted(_pool, slot);
        if (timeout == TimeSpan.Zero)
        {
            accepted.SetNonBlocking(true);
        }

        return socket;
    }

    /// <summary>A place for a connection that waits in the radio, which is told if there is none.</summary>
    private SocketSlot AcquireForWaiting()
    {
        SocketSlot? slot = _pool.TryAcquire();
        if (slot is null)
        {
            _socket.NoteOutOfSockets();
            throw _pool.OutOfSockets();
        }

        return slot;
    }

    /// <summary>A place for a connection that is here; if the last one has just gone, the connection is parked.</summary>
    private SocketSlot AcquireFor(RadioSocket accepted, in IPSocketAddress remote) =>
        TryAcquireFor(accepted, remote) ?? throw _pool.Refuse();

    private SocketSlot? TryAcquireFor(RadioSocket accepted, in IPSocketAddress remote)
    {
        SocketSlot? slot = null;
        try
        {
            slot = _pool.TryAcquireUncounted();
        }
        finally
        {
            if (slot is null)
            {
                _slot.Park(accepted, remote);
            }
        }

        return slot;
    }
}
