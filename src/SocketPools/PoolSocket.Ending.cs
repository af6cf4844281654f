using System.Net.Sockets;
using System.Runtime.InteropServices;
using SocketPools.Diagnostics;
using SocketPools.Radios;

namespace SocketPools;

// Close, disposal, and giving the descriptor away.
public sealed partial class PoolSocket
{
    // Whether SO_LINGER may be on: set here, or inherited from a listener.
    private bool _mayLinger;

    /// <summary>
    /// Closes the socket and gives its place in the pool back. Calls that wait on it in other threads wake and fail with
    /// EBADF. Does nothing the second time.
    /// </summary>
    public void Close() => Dispose();

    /// <summary>Closes the socket, as <see cref="Close"/> does.</summary>
    public void Dispose()
    {
        _pool.End(_slot, SocketCloseReason.Closed);
        StopLimits();
        GC.SuppressFinalize(this);
    }

    /// <summary>
    /// Closes the socket, as <see cref="Close"/> does. Where <see cref="LingerState"/> makes a close wait, the thread pool waits and not the
    /// caller.
    /// </summary>
    public ValueTask DisposeAsync()
    {
        if (!_mayLinger || _slot.IsClosed)
        {
            Dispose();
            return ValueTask.CompletedTask;
        }

        GC.SuppressFinalize(this);
        return new ValueTask(Task.Run(Dispose));
    }

    /// <summary>Closes for another reason than that the program said so.</summary>
    internal void CloseBecause(SocketCloseReason reason)
    {
        _pool.End(_slot, reason);
        Dispose();
    }

    /// <summary>
    /// Returns the operating system's descriptor and closes this object: <c>detach</c>. The slot is returned to the pool. The handle owns the
    /// descriptor, and disposing it closes that; <see cref="Socket(SafeSocketHandle)"/> takes it.
    /// </summary>
    /// <returns>The handle of the descriptor.</returns>
    /// <exception cref="PoolSocketException">EOPNOTSUPP: the radio has no descriptors. EBADF: the socket is closed.</exception>
    public SafeSocketHandle Detach()
    {
        // Made first: where there is no memory for it, the descriptor stays the socket's.
        SafeSocketHandle handle = new();
        Deadline deadline = new(_clock, TimeSpan.Zero);
        RadioResult result = _socket.Detach(out nint descriptor);
        if (result.Failed)
        {
            handle.Dispose();
        }

        Check(result, "detach", deadline);
        Marshal.InitHandle(handle, descriptor);
        CloseBecause(SocketCloseReason.Detached);
        return handle;
    }
}
