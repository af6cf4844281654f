using System.Net;
using System.Net.Sockets;
using SocketPools.Radios;

namespace SocketPools.Chips;

/// <summary>What both kinds of the chip's sockets share: address, waits, close.</summary>
internal abstract class WiznetSocket(WiznetRadio radio) : RadioSocket
{
    private protected const Readiness Everything = Readiness.Readable | Readiness.Writable | Readiness.Error | Readiness.HangUp;

    private readonly SocketSettings _settings = new();

    public override Radio Radio => radio;

    public override AddressFamily Family => AddressFamily.InterNetwork;

    private protected WiznetRadio Chip => radio;

    private protected Lock Gate => radio.Gate;

    private protected bool IsClosed { get; private set; }

    /// <summary>The port, 0 while there is none.</summary>
    private protected int LocalPort { get; set; }

    private protected bool IsBoundToAny { get; set; } = true;

    /// <summary>What it is ready for, by the registers that were last read.</summary>
    internal abstract Readiness ReadinessUnsynchronized { get; }

    internal abstract void RefreshUnsynchronized();

    public override RadioResult Bind(in IPSocketAddress local)
    {
        lock (Gate)
        {
            if (IsClosed || LocalPort != 0)
            {
                return IsClosed ? Errno.EBADF : Errno.EINVAL;
            }

            RadioResult result = radio.TakePort(Type, local, out int port);
            if (result.Failed)
            {
                return result;
            }

            LocalPort = port;
            IsBoundToAny = local.IsAny;
            result = BoundUnsynchronized();
            if (result.Failed)
            {
                radio.FreePort(Type, port);
                LocalPort = 0;
            }

            return result;
        }
    }

    public override RadioResult GetLocalAddress(out IPSocketAddress local)
    {
        lock (Gate)
        {
            local = new IPSocketAddress(IsBoundToAny ? IPAddress.Any : radio.Address, LocalPort);
            return IsClosed ? Errno.EBADF : RadioResult.Ok;
        }
    }

    public override RadioResult SetOption(SocketOptionLevel level, SocketOptionName name, ReadOnlySpan<byte> value)
    {
        lock (Gate)
        {
            return IsClosed ? Errno.EBADF : _settings.Set(this, level, name, value);
        }
    }

    public override RadioResult GetOption(SocketOptionLevel level, SocketOptionName name, Span<byte> value)
    {
        lock (Gate)
        {
            return IsClosed ? Errno.EBADF : _settings.Get(this, level, name, value, TakeErrorUnsynchronized);
        }
    }

    public override RadioResult SetNonBlocking(bool nonBlocking)
    {
        lock (Gate)
        {
            return IsClosed ? Errno.EBADF : RadioResult.Ok;
        }
    }

    public override Readiness Poll(Readiness interest)
    {
        lock (Gate)
        {
            if (IsClosed)
            {
                return Everything;
            }

            RefreshUnsynchronized();
            return ReadinessUnsynchronized & (interest | Readiness.Error | Readiness.HangUp);
        }
    }

    public override RadioResult Wait(Readiness interest, in Deadline deadline)
    {
        if (deadline.IsImmediate)
        {
            lock (Gate)
            {
                return IsClosed ? Errno.EBADF : Poll(interest) != Readiness.None ? RadioResult.Ok : Errno.EAGAIN;
            }
        }

        while (!deadline.HasExpired || deadline.IsInfinite)
        {
            using CancellationTokenSource end = deadline.IsInfinite ? new() : new(deadline.Remaining, radio.TimeProvider);
            try
            {
                return WaitAsync(interest, end.Token).AsTask().GetAwaiter().GetResult();
            }
            catch (OperationCanceledException)
            {
                // A timer of the system may be early; then there is time left.
            }
        }

        return deadline.TimeoutErrno;
    }

    public override async ValueTask<RadioResult> WaitAsync(Readiness interest, CancellationToken cancellationToken)
    {
        WaitQueue.Entry entry;
        lock (Gate)
        {
            if (IsClosed)
            {
                return Errno.EBADF;
            }

            cancellationToken.ThrowIfCancellationRequested();
            if (Poll(interest) != Readiness.None)
            {
                return RadioResult.Ok;
            }

            entry = radio.Park(this, interest);
        }

        using CancellationTokenRegistration registration = cancellationToken.UnsafeRegister(
            static (e, token) =>
            {
                WaitQueue.Entry parked = (WaitQueue.Entry)e!;
                ((WiznetRadio)parked.Socket.Radio).Unpark(parked);
                parked.TrySetCanceled(token);
            },
            entry);
        return await entry.Task.ConfigureAwait(false);
    }

    public override void Close()
    {
        lock (Gate)
        {
            if (IsClosed)
            {
                return;
            }

            IsClosed = true;
            ReleaseUnsynchronized();
            if (LocalPort != 0)
            {
                radio.FreePort(Type, LocalPort);
            }

            radio.EndWaits(this);
            radio.KeepAsking();
        }
    }

    /// <summary>A port was given to it.</summary>
    private protected virtual RadioResult BoundUnsynchronized() => RadioResult.Ok;

    /// <summary>Gives its hardware back.</summary>
    private protected abstract void ReleaseUnsynchronized();

    /// <summary>The pending error, told once.</summary>
    private protected virtual Errno TakeErrorUnsynchronized() => Errno.None;

    /// <summary>A port for a socket that has none when it needs one.</summary>
    private protected RadioResult EnsureBoundUnsynchronized() =>
        LocalPort != 0 ? RadioResult.Ok : Bind(new IPSocketAddress(IPAddress.Any, 0));
}
