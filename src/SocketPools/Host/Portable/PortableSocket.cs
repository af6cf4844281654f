using System.Net;
using System.Net.Sockets;
using SocketPools.Radios;

namespace SocketPools.Host.Portable;

/// <summary>A socket over <see cref="System.Net.Sockets.Socket"/>, for systems without a direct path.</summary>
/// <remarks>
/// <para>The socket below never blocks (<c>Blocking</c> is false): asking first and then calling a blocking socket would
/// wait after all when another thread takes the data in between.</para>
/// <para>The BCL closes a socket under a call by disconnecting it, which the peer can see. Here the users of the descriptor
/// are counted and <see cref="Close()"/> wakes those that wait; it is disposed when no call uses it.</para>
/// </remarks>
internal sealed partial class PortableSocket : RadioSocket
{
    private const int ClosedBit = int.MinValue;

    private readonly Lock _waitersGate = new();
    private readonly object _idle = new();
    private readonly List<PortableSelector> _waiters = [];
    private readonly Radio _radio;
    private readonly Socket _socket;
    private IPEndPoint? _remote;
    private bool _wantsNonBlocking;
    private bool _listening;
    private bool _connected;
    private bool _detached;
    private int _users;

    internal PortableSocket(Radio radio, Socket socket, ProtocolType protocol, IPEndPoint? remote = null)
    {
        _radio = radio;
        _socket = socket;
        _remote = remote;
        Protocol = protocol;
        socket.Blocking = false;
    }

    /// <inheritdoc/>
    public override Radio Radio => _radio;

    /// <inheritdoc/>
    public override AddressFamily Family => _socket.AddressFamily;

    /// <inheritdoc/>
    public override SocketType Type => _socket.SocketType;

    /// <inheritdoc/>
    public override ProtocolType Protocol { get; }

    internal bool IsClosed => Volatile.Read(ref _users) < 0;

    /// <inheritdoc/>
    public override nint Descriptor
    {
        get
        {
            if (!Enter())
            {
                return -1;
            }

            try
            {
                return _socket.SafeHandle.DangerousGetHandle();
            }
            finally
            {
                Leave();
            }
        }
    }

    /// <summary>The descriptor stays non-blocking; what is wanted counts when it is given away, on Windows.</summary>
    public override RadioResult SetNonBlocking(bool nonBlocking)
    {
        _wantsNonBlocking = nonBlocking;
        return IsClosed ? Errno.EBADF : RadioResult.Ok;
    }

    /// <inheritdoc/>
    public override void Close() => Close(detach: false);

    internal override void Abandon()
    {
        try
        {
            // A time of 0 does not wait, and stays.
            if (_socket.LingerState is { Enabled: true, LingerTime: > 0 })
            {
                _socket.LingerState = new LingerOption(false, 0);
            }
        }
        catch (Exception e) when (PortableErrors.TryMap(e, out _))
        {
            // It is closed, or knows no such option.
        }

        Close();
    }

    /// <inheritdoc/>
    public override RadioResult Detach(out nint descriptor)
    {
        descriptor = Close(detach: true);
        return _detached && descriptor != -1 ? RadioResult.Ok : Errno.EBADF;
    }

    private nint Close(bool detach)
    {
        if (Interlocked.Or(ref _users, ClosedBit) < 0)
        {
            return -1;
        }

        lock (_waitersGate)
        {
            _waiters.ForEach(waiter => waiter.Wake());
        }

        // No call waits any more and no attempt waits, so this is over at once.
        lock (_idle)
        {
            while (Volatile.Read(ref _users) != ClosedBit)
            {
                Monitor.Wait(_idle);
            }
        }

        return detach ? GiveAway() : Dispose();
    }

    private nint Dispose()
    {
        _socket.Dispose();
        return -1;
    }

    /// <summary>
    /// Takes the descriptor from the BCL's object, which is never used, disposed or finalized after that. On Unix it stays
    /// non-blocking: the BCL never sets a descriptor back.
    /// </summary>
    private nint GiveAway()
    {
        _socket.Blocking = !_wantsNonBlocking;
        SafeSocketHandle handle = _socket.SafeHandle;
        nint descriptor = handle.DangerousGetHandle();
        handle.SetHandleAsInvalid();
#pragma warning disable CA1816 // not this object's finalizer: the BCL's would close the descriptor
        GC.SuppressFinalize(_socket);
#pragma warning restore CA1816
        _detached = true;
        return descriptor;
    }

    /// <summary>Keeps the descriptor until <see cref="Leave"/>; false when the socket is closed.</summary>
    private bool Enter()
    {
        int seen = Volatile.Read(ref _users);
        while (seen >= 0)
        {
            int was = Interlocked.CompareExchange(ref _users, seen + 1, seen);
            if (was == seen)
            {
                return true;
            }

            seen = was;
        }

        return false;
    }

    private void Leave()
    {
        if (Interlocked.Decrement(ref _users) == ClosedBit)
        {
            lock (_idle)
            {
                Monitor.PulseAll(_idle);
            }
        }
    }
}
