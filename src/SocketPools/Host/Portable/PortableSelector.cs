using System.Net;
using System.Net.Sockets;
using SocketPools.Radios;

namespace SocketPools.Host.Portable;

/// <summary>
/// One <c>select</c> at a time, which another thread can wake: a datagram socket connected to itself is always among the
/// sockets that are asked. Waiting by select and not in slices, a close is noticed at once and an idle wait costs nothing.
/// </summary>
internal sealed class PortableSelector
{
    // Select counts microseconds in an int (35 minutes); poll(2) below it counts milliseconds and cuts the rest off.
    private const int MaxMilliseconds = int.MaxValue / 1000;

    // How often a caller that wants to hear of signals is asked: the BCL goes on after one and does not tell.
    private static readonly TimeSpan s_signalSlice = TimeSpan.FromMilliseconds(50);

    // As many as waited at once, and no more than this: a selector holds a descriptor.
    private const int MaxKept = 16;

    private static readonly Lock s_gate = new();
    private static readonly Stack<PortableSelector> s_free = new();

    private readonly Socket _wake = CreateWake();
    private readonly List<Socket> _read = [];
    private readonly List<Socket> _write = [];
    private readonly List<Socket> _error = [];

    /// <summary>A selector for one wait, until <see cref="Return"/>.</summary>
    /// <param name="selector">Not null if there is no error.</param>
    /// <returns>Why there is none, for example EMFILE.</returns>
    internal static Errno TryRent(out PortableSelector selector)
    {
        lock (s_gate)
        {
            if (s_free.TryPop(out selector!))
            {
                return Errno.None;
            }
        }

        try
        {
            selector = new PortableSelector();
            return Errno.None;
        }
        catch (SocketException e)
        {
            return ErrnoTable.ToErrno(e.SocketErrorCode);
        }
    }

    /// <summary>Gives the selector back. It is not woken any more.</summary>
    internal void Return()
    {
        lock (s_gate)
        {
            if (s_free.Count < MaxKept)
            {
                s_free.Push(this);
                return;
            }
        }

        _wake.Dispose();
    }

    /// <summary>Ends the select that is under way, or else the next one. From any thread.</summary>
    internal void Wake() => _wake.Send([1], SocketFlags.None, out _);

    private void Clear()
    {
        _read.Clear();
        _write.Clear();
        _error.Clear();
    }

    internal void Add(Socket socket, Readiness interest)
    {
        if ((interest & Readiness.Readable) != 0)
        {
            _read.Add(socket);
        }

        if ((interest & Readiness.Writable) != 0)
        {
            _write.Add(socket);
        }

        // Windows tells a failed connect here and nowhere else.
        _error.Add(socket);
    }

    /// <summary>
    /// Waits until a socket that was added may be ready, <see cref="Wake"/> is called or the time is up; the caller asks
    /// the sockets which it was. Forgets the sockets.
    /// </summary>
    /// <param name="time">How long at most.</param>
    /// <param name="radio">Whose handler of signals is called now and then; what it throws goes through.</param>
    /// <returns>Why the system could not wait.</returns>
    internal Errno Select(TimeSpan time, Radio? radio)
    {
        Action? interrupted = radio?.Interrupted;
        bool sliced = interrupted is not null && (time == Timeout.InfiniteTimeSpan || time > s_signalSlice);
        Errno errno = Select(sliced ? s_signalSlice : time);
        interrupted?.Invoke();
        return errno;
    }

    private Errno Select(TimeSpan time)
    {
        try
        {
            _read.Add(_wake);
            Socket.Select(_read, _write, _error, ToMicroseconds(time));
        }
        catch (SocketException e)
        {
            return ErrnoTable.ToErrno(e.SocketErrorCode);
        }
        finally
        {
            Clear();
        }

        Span<byte> datagram = stackalloc byte[1];
        while (_wake.Receive(datagram, SocketFlags.None, out SocketError error) > 0 && error == SocketError.Success)
        {
        }

        return Errno.None;
    }

    private static int ToMicroseconds(TimeSpan time) =>
        time == Timeout.InfiniteTimeSpan ? -1 : (int)Math.Min(Math.Ceiling(time.TotalMilliseconds), MaxMilliseconds) * 1000;

    private static Socket CreateWake()
    {
        IPAddress loopback = Socket.OSSupportsIPv4 ? IPAddress.Loopback : IPAddress.IPv6Loopback;
        Socket socket = new(loopback.AddressFamily, SocketType.Dgram, ProtocolType.Udp) { Blocking = false };
        socket.Bind(new IPEndPoint(loopback, 0));
        socket.Connect(socket.LocalEndPoint!);
        return socket;
    }
}
