using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.Net.Sockets;
using SocketPools.Async;
using SocketPools.Diagnostics;
using SocketPools.Radios;

namespace SocketPools.Slots;

/// <summary>
/// One socket's place in the budget. The pool knows the slot and not the <see cref="PoolSocket"/>, so that an unreferenced
/// socket can be collected; the slot knows the radio's socket, so that the pool can close it.
/// </summary>
internal sealed class SocketSlot(long number, long createdAt)
{
    private int _state = (int)SocketState.Created;

    private bool _isReleased;

    // What few sockets have.
    private Extras? _extras;

    internal long Number { get; } = number;

    internal long CreatedAt { get; } = createdAt;

    internal StackTrace? Creation
    {
        get => _extras?.Creation;
        init
        {
            if (value is not null)
            {
                Extra.Creation = value;
                CreatedBy = CallerOf(value);
            }
        }
    }

    /// <summary>The pool object that made it, or whose listener accepted it.</summary>
    internal object? Opener { get; init; }

    /// <summary>The line that made it; null where callers are not tracked.</summary>
    internal string? CreatedBy
    {
        get => _extras?.CreatedBy;
        set
        {
            if (value is not null)
            {
                Extra.CreatedBy = value;
            }
        }
    }

    /// <summary>The radio's socket; null while it is being made.</summary>
    internal RadioSocket? Socket
    {
        get;
        set
        {
            field = value;
            if (value is not null)
            {
                value.PoolNumber = Number;
            }
        }
    }

    /// <summary>Which sockets it is counted with in messages.</summary>
    internal SocketTally.Group Group => new(Socket is { } socket ? SocketTable.Kind(socket) : "new", State, CreatedBy);

    /// <summary>The peer that the last connect named.</summary>
    internal IPSocketAddress Remote { get; private set; }

    // The pool's list, in the order of making. Guarded by the pool's gate.
    internal SocketSlot? Previous { get; set; }

    internal SocketSlot? Next { get; set; }

    internal SocketState State => (SocketState)Volatile.Read(ref _state);

    internal bool IsClosed => State == SocketState.Closed;

    /// <summary>Whether the place in the budget was given back.</summary>
    internal bool IsReleased => Volatile.Read(ref _isReleased);

    internal void NoteReleased() => Volatile.Write(ref _isReleased, true);

    internal bool HasParked => _extras?.Parked is { IsEmpty: false };

    /// <summary>Who waits for the listener's next connection.</summary>
    internal AcceptQueue Accepting =>
        Volatile.Read(ref Extra.Accepting) ?? Interlocked.CompareExchange(ref Extra.Accepting, new AcceptQueue(), null) ?? Extra.Accepting!;

    /// <summary>The process was forked: no other thread waits for a connection here.</summary>
    internal void ForgetAccepts()
    {
        if (_extras is not null)
        {
            _extras.Accepting = null;
        }
    }

    /// <summary>Is cancelled when the socket is closed, on the thread pool.</summary>
    internal CancellationToken Ending
    {
        get
        {
            Extras extras = Extra;
            CancellationTokenSource ending = Volatile.Read(ref extras.Ending)
                ?? Interlocked.CompareExchange(ref extras.Ending, new CancellationTokenSource(), null)
                ?? extras.Ending!;
            if (IsClosed)
            {
                ending.CancelReported("CancellationToken");
            }

            return ending.Token;
        }
    }

    /// <summary>Notes what the socket does now. Closed is the end: nothing follows it.</summary>
    internal void Note(SocketState state)
    {
        Debug.Assert(state != SocketState.Closed, "TryClose closes");
        int seen;
        do
        {
            seen = Volatile.Read(ref _state);
            if (seen == (int)SocketState.Closed)
            {
                return;
            }
        }
        while (Interlocked.CompareExchange(ref _state, (int)state, seen) != seen);
    }

    internal void NotePeer(SocketState state, in IPSocketAddress remote)
    {
        Remote = remote;
        Note(state);
    }

    /// <summary>Keeps a connection for which there is no place.</summary>
    internal void Park(RadioSocket accepted, in IPSocketAddress remote)
    {
        Extras extras = Extra;
        if (extras.Parked is null)
        {
            Interlocked.CompareExchange(ref extras.Parked, new ConcurrentQueue<(RadioSocket, IPSocketAddress)>(), null);
        }

        extras.Parked.Enqueue((accepted, remote));
        if (IsClosed)
        {
            CloseParked(isAbandoned: false);
        }

        Accepting.SignalParked();
    }

    internal bool TryTakeParked(out RadioSocket? accepted, out IPSocketAddress remote)
    {
        if (_extras?.Parked is { } queue && queue.TryDequeue(out (RadioSocket Socket, IPSocketAddress Remote) parked))
        {
            (accepted, remote) = parked;
            return true;
        }

        (accepted, remote) = (null, default);
        return false;
    }

    /// <summary>Closes the socket and the connections parked at it; true for the one caller that has to give the place back.</summary>
    /// <param name="isAbandoned">Whether it was never closed, and nothing may wait.</param>
    internal bool TryClose(bool isAbandoned = false)
    {
        if (Interlocked.Exchange(ref _state, (int)SocketState.Closed) == (int)SocketState.Closed)
        {
            return false;
        }

        CloseParked(isAbandoned);
        Close(Socket!, isAbandoned);
        _extras?.Ending?.CancelReported("CancellationToken");
        return true;
    }

    internal SocketSnapshot TakeSnapshot(TimeProvider clock)
    {
        IPSocketAddress local = default;
        IPSocketAddress remote = default;
        SocketState state = State;
        RadioSocket? socket = Socket;
        socket?.GetLocalAddress(out local);

        if (socket is null || socket.GetRemoteAddress(out remote).Failed)
        {
            remote = state is SocketState.Connecting or SocketState.Connected ? Remote : default;
        }
        else if (state == SocketState.Connecting)
        {
            state = SocketState.Connected; // it has ended by itself, and its result was not read yet
        }

        return new SocketSnapshot
        {
            Id = Number,
            Family = socket?.Family ?? AddressFamily.Unspecified,
            Type = socket?.Type ?? SocketType.Unknown,
            Protocol = socket?.Protocol ?? ProtocolType.Unspecified,
            State = state,
            Local = local,
            Remote = remote,
            Age = clock.GetElapsedTime(CreatedAt),
            CreatedBy = CreatedBy,
            CreationStack = Creation?.ToString(),
        };
    }

    private Extras Extra => Volatile.Read(ref _extras) ?? Interlocked.CompareExchange(ref _extras, new Extras(), null) ?? _extras!;

    private void CloseParked(bool isAbandoned)
    {
        while (TryTakeParked(out RadioSocket? socket, out _))
        {
            Close(socket!, isAbandoned);
        }
    }

    /// <summary>A custom radio may throw although it must not: the place in the budget is given back nevertheless.</summary>
    [SuppressMessage("Design", "CA1031", Justification = "It is reported.")]
    private static void Close(RadioSocket socket, bool isAbandoned)
    {
        try
        {
            if (isAbandoned)
            {
                socket.Abandon();
            }
            else
            {
                socket.Close();
            }
        }
        catch (Exception e)
        {
            CallbackExceptions.Report("RadioSocket.Close", e, socket);
        }
    }

    /// <summary>The first line outside this library: <c>file:line</c>, or the method where there is no debug information.</summary>
    internal static string CallerOf(StackTrace trace)
    {
        foreach (StackFrame frame in trace.GetFrames())
        {
            DiagnosticMethodInfo? method = DiagnosticMethodInfo.Create(frame);
            if (method is null || IsOurs(method))
            {
                continue;
            }

            return frame.GetFileName() is { } file
                ? $"{Path.GetFileName(file)}:{frame.GetFileLineNumber()}"
                : $"{method.DeclaringTypeName}.{method.Name}";
        }

        return "unknown";
    }

    private static bool IsOurs(DiagnosticMethodInfo method) =>
        method.DeclaringAssemblyName?.Split(',')[0] == typeof(SocketSlot).Assembly.GetName().Name;

    /// <summary>What listeners have, sockets that look names up, and those whose makers are tracked.</summary>
    private sealed class Extras
    {
        /// <summary>Connections that came when the pool had just become full. They are not lost: the next Accept returns them.</summary>
        internal ConcurrentQueue<(RadioSocket Socket, IPSocketAddress Remote)>? Parked;

        /// <summary>Made by the first accept.</summary>
        internal AcceptQueue? Accepting;

        /// <summary>Made by the first name that is looked up for the socket without holding a thread.</summary>
        internal CancellationTokenSource? Ending;

        internal StackTrace? Creation { get; set; }

        internal string? CreatedBy { get; set; }
    }
}
