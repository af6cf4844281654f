using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using SocketPools.Radios;

namespace SocketPools.Tests.Contract;

/// <summary>What streams and datagrams of a memory radio have in common: address, options, waits, the end.</summary>
internal abstract class MemorySocket(MemoryRadio radio, SocketType type) : RadioSocket
{
    protected const Readiness Everything = Readiness.Readable | Readiness.Writable | Readiness.Error | Readiness.HangUp;

    private static readonly SocketOptionName[] s_flags =
    [
        SocketOptionName.KeepAlive, SocketOptionName.ReuseAddress, SocketOptionName.Broadcast,
        SocketOptionName.SendBuffer, SocketOptionName.ReceiveBuffer,
    ];

    private readonly Dictionary<SocketOptionName, int> _options = [];
    private readonly List<(Readiness Interest, TaskCompletionSource<RadioResult> Source)> _waiters = [];

    public override Radio Radio => radio;

    public override AddressFamily Family => radio.Address.AddressFamily;

    public override SocketType Type => type;

    public override ProtocolType Protocol => type == SocketType.Stream ? ProtocolType.Tcp : ProtocolType.Udp;

    protected MemoryWire Wire => radio.Wire;

    protected MemoryRadio Station => radio;

    protected bool Closed { get; private set; }

    protected IPSocketAddress Local { get; set; } =
        new(radio.Address.AddressFamily == AddressFamily.InterNetwork ? IPAddress.Any : IPAddress.IPv6Any, 0);

    protected IPSocketAddress Remote { get; set; }

    protected Errno PendingError { get; set; }

    protected bool IsBound => Local.Port != 0;

    /// <summary>The address that peers see.</summary>
    protected IPSocketAddress Source => Local.IsAny ? new IPSocketAddress(radio.Address, Local.Port) : Local;

    public override RadioResult Bind(in IPSocketAddress local)
    {
        lock (Wire.Gate)
        {
            if (Closed || IsBound)
            {
                return Closed ? Errno.EBADF : Errno.EINVAL;
            }

            if (!radio.Owns(local))
            {
                return Errno.EADDRNOTAVAIL;
            }

            int port = radio.TakePortUnsynchronized(this, local.Port);
            if (port == 0)
            {
                return Errno.EADDRINUSE;
            }

            Local = local.WithPort(port);
            return RadioResult.Ok;
        }
    }

    public override RadioResult GetLocalAddress(out IPSocketAddress local)
    {
        lock (Wire.Gate)
        {
            local = Closed ? default : Local;
            return Closed ? Errno.EBADF : RadioResult.Ok;
        }
    }

    public override RadioResult GetRemoteAddress(out IPSocketAddress remote)
    {
        lock (Wire.Gate)
        {
            remote = Closed ? default : Remote;
            return Closed ? Errno.EBADF : remote.HasValue ? RadioResult.Ok : Errno.ENOTCONN;
        }
    }

    public override RadioResult SetOption(SocketOptionLevel level, SocketOptionName name, ReadOnlySpan<byte> value)
    {
        lock (Wire.Gate)
        {
            if (Closed || !IsKnown(level, name))
            {
                return Closed ? Errno.EBADF : Errno.ENOPROTOOPT;
            }

            if (value.Length != sizeof(int))
            {
                return Errno.EINVAL;
            }

            _options[name] = MemoryMarshal.Read<int>(value);
            return RadioResult.Ok;
        }
    }

    public override RadioResult GetOption(SocketOptionLevel level, SocketOptionName name, Span<byte> value)
    {
        lock (Wire.Gate)
        {
            if (Closed || value.Length < sizeof(int))
            {
                return Closed ? Errno.EBADF : Errno.EINVAL;
            }

            int number;
            switch (level, name)
            {
                case (SocketOptionLevel.Socket, SocketOptionName.Type):
                    number = (int)type;
                    break;
                case (SocketOptionLevel.Socket, SocketOptionName.Error):
                    number = (int)TakeErrorUnsynchronized();
                    break;
                case var _ when IsKnown(level, name):
                    number = _options.GetValueOrDefault(name);
                    break;
                default:
                    return Errno.ENOPROTOOPT;
            }

            MemoryMarshal.Write(value, in number);
            return RadioResult.FromCount(sizeof(int));
        }
    }

    public override RadioResult SetNonBlocking(bool nonBlocking)
    {
        lock (Wire.Gate)
        {
            return Closed ? Errno.EBADF : RadioResult.Ok;
        }
    }

    public override Readiness Poll(Readiness interest)
    {
        lock (Wire.Gate)
        {
            return Closed ? Everything : AskUnsynchronized(interest);
        }
    }

    public override RadioResult Wait(Readiness interest, in Deadline deadline)
    {
        using CancellationTokenSource end = deadline.IsInfinite ? new() : new(deadline.Remaining, Wire.Clock);
        ValueTask<RadioResult> wait = WaitAsync(interest, end.Token);
        try
        {
            return wait.AsTask().GetAwaiter().GetResult();
        }
        catch (OperationCanceledException)
        {
            return deadline.TimeoutErrno;
        }
    }

    public override ValueTask<RadioResult> WaitAsync(Readiness interest, CancellationToken cancellationToken)
    {
        lock (Wire.Gate)
        {
            if (Closed || AskUnsynchronized(interest) != Readiness.None)
            {
                return new(Closed ? Errno.EBADF : RadioResult.Ok);
            }

            TaskCompletionSource<RadioResult> source = new(TaskCreationOptions.RunContinuationsAsynchronously);
            _waiters.Add((interest, source));
            return new(WaitAsync(source, cancellationToken));
        }
    }

    public override void Close()
    {
        lock (Wire.Gate)
        {
            if (!Closed)
            {
                Closed = true;
                radio.FreePortUnsynchronized(this, Local.Port);
                EndUnsynchronized();
                ChangedUnsynchronized();
            }
        }
    }

    /// <summary>What an open socket is ready for.</summary>
    protected abstract Readiness AskUnsynchronized(Readiness interest);

    /// <summary>The socket has just been closed: tells its peer.</summary>
    protected abstract void EndUnsynchronized();

    /// <summary>Ends the waits for what is there now. Called after every change.</summary>
    protected void ChangedUnsynchronized()
    {
        for (int i = _waiters.Count - 1; i >= 0; i--)
        {
            (Readiness interest, TaskCompletionSource<RadioResult> source) = _waiters[i];
            if (Closed || AskUnsynchronized(interest) != Readiness.None)
            {
                _waiters.RemoveAt(i);
                source.TrySetResult(Closed ? Errno.EBADF : RadioResult.Ok);
            }
        }
    }

    protected Errno TakeErrorUnsynchronized()
    {
        Errno error = PendingError;
        PendingError = Errno.None;
        return error;
    }

    /// <summary>A port of the radio's choice for who sends or listens without having one.</summary>
    protected bool EnsureBoundUnsynchronized()
    {
        if (!IsBound)
        {
            Local = Local.WithPort(radio.TakePortUnsynchronized(this, 0));
        }

        return IsBound;
    }

    private async Task<RadioResult> WaitAsync(TaskCompletionSource<RadioResult> source, CancellationToken cancellationToken)
    {
        using (cancellationToken.UnsafeRegister((_, token) => source.TrySetCanceled(token), null))
        {
            try
            {
                return await source.Task.ConfigureAwait(false);
            }
            finally
            {
                lock (Wire.Gate)
                {
                    _waiters.RemoveAll(w => w.Source == source);
                }
            }
        }
    }

    private bool IsKnown(SocketOptionLevel level, SocketOptionName name) => level switch
    {
        SocketOptionLevel.Socket => s_flags.Contains(name),
        SocketOptionLevel.Tcp => type == SocketType.Stream && name == SocketOptionName.NoDelay,
        _ => false,
    };
}
