using System.Buffers;
using System.Net;
using System.Net.Sockets;
using SocketPools.Radios;

namespace SocketPools.Tests.Contract;

internal sealed class EarlySocket(WrappedRadio radio, RadioSocket inner) : WrappedSocket(radio, inner)
{
    public override RadioResult Wait(Readiness interest, in Deadline deadline)
    {
        Deadline half = deadline.IsInfinite ? deadline : new Deadline(deadline.TimeProvider, deadline.Timeout / 2);
        RadioResult result = base.Wait(interest, half);
        return result.Errno == half.TimeoutErrno ? deadline.TimeoutErrno : result;
    }

    // A wait on many sockets is built from this one: it says that something has come a little before the time.
    public override async ValueTask<RadioResult> WaitAsync(Readiness interest, CancellationToken cancellationToken)
    {
        await Task.WhenAny(base.WaitAsync(interest, cancellationToken).AsTask(), Task.Delay(TimeSpan.FromMilliseconds(5), CancellationToken.None));
        _early = true;
        return RadioResult.Ok;
    }

    private bool _early;

    public override Readiness Poll(Readiness interest) => _early ? interest : base.Poll(interest);
}

internal sealed class EndlessSocket(WrappedRadio radio, RadioSocket inner) : WrappedSocket(radio, inner)
{
    public override RadioResult Wait(Readiness interest, in Deadline deadline) =>
        base.Wait(interest, new Deadline(deadline.TimeProvider, Timeout.InfiniteTimeSpan));
}

internal sealed class WrongErrnoSocket(WrappedRadio radio, RadioSocket inner) : WrappedSocket(radio, inner)
{
    public override RadioResult Wait(Readiness interest, in Deadline deadline)
    {
        RadioResult result = base.Wait(interest, deadline);
        return result.Errno == Errno.ETIMEDOUT ? Errno.EAGAIN : result;
    }
}

/// <summary>Calls that start after a close fail; those that wait already are left.</summary>
internal sealed class SleepySocket(WrappedRadio radio, RadioSocket inner) : WrappedSocket(radio, inner)
{
    private volatile bool _closed;

    public override Readiness Poll(Readiness interest) => _closed ? interest : base.Poll(interest);

    public override RadioResult TryReceive(Span<byte> buffer) => _closed ? Errno.EBADF : base.TryReceive(buffer);

    public override void Close() => _closed = true;
}

internal sealed class CuttingSocket(WrappedRadio radio, RadioSocket inner) : WrappedSocket(radio, inner)
{
    public override RadioResult TryReceive(Span<byte> buffer)
    {
        RadioResult result = base.TryReceive(buffer);
        return result.Count > 50 ? RadioResult.FromCount(result.Count - 1) : result;
    }

    public override RadioResult TryReceiveFrom(Span<byte> buffer, out IPSocketAddress remote)
    {
        RadioResult result = base.TryReceiveFrom(buffer, out remote);
        return result.Count > 50 ? RadioResult.FromCount(result.Count - 1) : result;
    }
}

internal sealed class SwappingSocket(WrappedRadio radio, RadioSocket inner) : WrappedSocket(radio, inner)
{
    public override RadioResult TryReceive(Span<byte> buffer)
    {
        RadioResult result = base.TryReceive(buffer);
        if (result.Count > 1)
        {
            buffer[..result.Count].Reverse();
        }

        return result;
    }
}

/// <summary>An attempt that would block says that nothing came.</summary>
internal sealed class NothingSocket(WrappedRadio radio, RadioSocket inner) : WrappedSocket(radio, inner)
{
    public override RadioResult TryReceive(Span<byte> buffer)
    {
        RadioResult result = base.TryReceive(buffer);
        return result.Errno == Errno.EAGAIN ? RadioResult.Ok : result;
    }
}

internal sealed class ForgetfulSocket(WrappedRadio radio, RadioSocket inner) : WrappedSocket(radio, inner)
{
    private bool _told;

    public override RadioResult TryReceive(Span<byte> buffer)
    {
        RadioResult result = base.TryReceive(buffer);
        if (result.Failed || result.Count > 0)
        {
            return result;
        }

        (bool told, _told) = (_told, true);
        return told ? Errno.ENOTCONN : result;
    }
}

internal sealed class InventingSocket(WrappedRadio radio, RadioSocket inner) : WrappedSocket(radio, inner)
{
    private static readonly IPSocketAddress s_nobody = new(IPAddress.Parse("198.51.100.1"), 1);

    public override RadioResult TryReceiveFrom(Span<byte> buffer, out IPSocketAddress remote)
    {
        RadioResult result = base.TryReceiveFrom(buffer, out remote);
        remote = result.Failed ? remote : s_nobody;
        return result;
    }

    public override RadioResult TryAccept(out RadioSocket? accepted, out IPSocketAddress remote)
    {
        RadioResult result = base.TryAccept(out accepted, out remote);
        remote = result.Failed ? remote : s_nobody;
        return result;
    }
}

internal sealed class ReadySocket(WrappedRadio radio, RadioSocket inner) : WrappedSocket(radio, inner)
{
    public override Readiness Poll(Readiness interest) => base.Poll(interest) | interest;
}

internal sealed class StubbornSocket(WrappedRadio radio, RadioSocket inner) : WrappedSocket(radio, inner)
{
    public override ValueTask<RadioResult> WaitAsync(Readiness interest, CancellationToken cancellationToken) =>
        base.WaitAsync(interest, CancellationToken.None);
}

/// <summary>A cancelled wait is a cancelled task, and nobody can tell by whom.</summary>
internal sealed class OwnTokenSocket(WrappedRadio radio, RadioSocket inner) : WrappedSocket(radio, inner)
{
    public override async ValueTask<RadioResult> WaitAsync(Readiness interest, CancellationToken cancellationToken)
    {
        try
        {
            return await base.WaitAsync(interest, cancellationToken);
        }
        catch (OperationCanceledException)
        {
            throw new OperationCanceledException(new CancellationToken(canceled: true));
        }
    }
}

/// <summary>Says that everything was taken.</summary>
internal sealed class FirstPieceSocket(WrappedRadio radio, RadioSocket inner) : WrappedSocket(radio, inner)
{
    public override RadioResult TrySend(in ReadOnlySequence<byte> data)
    {
        SequencePosition place = data.Start;
        while (data.TryGet(ref place, out ReadOnlyMemory<byte> piece))
        {
            if (!piece.IsEmpty)
            {
                RadioResult result = TrySend(piece.Span);
                return result.Failed ? result : RadioResult.FromCount((int)data.Length);
            }
        }

        return RadioResult.Ok;
    }
}

internal sealed class ThrowingSocket(WrappedRadio radio, RadioSocket inner) : WrappedSocket(radio, inner)
{
    public override RadioResult TrySend(ReadOnlySpan<byte> data)
    {
        RadioResult result = base.TrySend(data);
        return result.Errno == Errno.EPIPE ? throw new SocketException((int)SocketError.Shutdown) : result;
    }
}

internal sealed class KeepingSocket(WrappedRadio radio, RadioSocket inner) : WrappedSocket(radio, inner)
{
    public override void Close()
    {
    }
}

internal sealed class SpillingSocket(WrappedRadio radio, RadioSocket inner) : WrappedSocket(radio, inner)
{
    public override RadioResult TryReceive(Span<byte> buffer)
    {
        RadioResult result = base.TryReceive(buffer);
        if (result.Count > 0)
        {
            buffer[result.Count..].Fill(0xEE);
        }

        return result;
    }
}

internal sealed class AllocatingSocket(WrappedRadio radio, RadioSocket inner) : WrappedSocket(radio, inner)
{
    public override RadioResult TrySendTo(ReadOnlySpan<byte> data, in IPSocketAddress remote) => base.TrySendTo(data.ToArray(), remote);
}

/// <summary>An attempt that waits for what it should only ask for.</summary>
internal sealed class BlockingAttemptSocket(WrappedRadio radio, RadioSocket inner) : WrappedSocket(radio, inner)
{
    public override RadioResult TryReceive(Span<byte> buffer)
    {
        RadioResult result = base.TryReceive(buffer);
        if (result.Errno == Errno.EAGAIN)
        {
            base.Wait(Readiness.Readable, new Deadline(Radio.TimeProvider, Timeout.InfiniteTimeSpan));
        }

        return result;
    }
}

/// <summary>Takes every option and keeps none.</summary>
internal sealed class ConstantOptionSocket(WrappedRadio radio, RadioSocket inner) : WrappedSocket(radio, inner)
{
    public override RadioResult SetOption(SocketOptionLevel level, SocketOptionName name, ReadOnlySpan<byte> value) => RadioResult.Ok;

    public override RadioResult GetOption(SocketOptionLevel level, SocketOptionName name, Span<byte> value)
    {
        BitConverter.TryWriteBytes(value, 1 << 20);
        return RadioResult.FromCount(sizeof(int));
    }
}

/// <summary>Has one set of ports for streams and datagrams.</summary>
internal sealed class OnePortSpaceSocket(WrappedRadio radio, RadioSocket inner) : WrappedSocket(radio, inner)
{
    private static readonly HashSet<int> s_taken = [];

    public override RadioResult Bind(in IPSocketAddress local)
    {
        lock (s_taken)
        {
            if (local.Port != 0 && s_taken.Contains(local.Port))
            {
                return Errno.EADDRINUSE;
            }

            RadioResult result = base.Bind(local);
            if (!result.Failed && !base.GetLocalAddress(out IPSocketAddress bound).Failed)
            {
                s_taken.Add(bound.Port);
            }

            return result;
        }
    }
}

/// <summary>Never takes anything, and allocates nothing by it.</summary>
internal sealed class IdleSocket(WrappedRadio radio, RadioSocket inner) : WrappedSocket(radio, inner)
{
    public override RadioResult TryReceiveFrom(Span<byte> buffer, out IPSocketAddress remote)
    {
        remote = default;
        return Errno.EAGAIN;
    }
}

internal sealed class LongSendSocket(WrappedRadio radio, RadioSocket inner) : WrappedSocket(radio, inner)
{
    public override RadioResult TrySendSegments(ReadOnlySpan<byte> data, int segmentSize, in IPSocketAddress remote) =>
        remote.HasValue ? TrySendTo(data, remote) : TrySend(data);
}

internal sealed class JoiningSocket(WrappedRadio radio, RadioSocket inner) : WrappedSocket(radio, inner)
{
    public override RadioResult TryReceiveSegments(Span<byte> buffer, out int segmentSize, out IPSocketAddress remote)
    {
        RadioResult result = base.TryReceiveSegments(buffer, out segmentSize, out remote);
        RadioResult next = result.Failed ? result : TryReceive(buffer[result.Count..]);
        return next.Failed ? result : RadioResult.FromCount(result.Count + next.Count);
    }
}

/// <summary>A look at the bytes takes them.</summary>
internal sealed class TakingPeekSocket(WrappedRadio radio, RadioSocket inner) : WrappedSocket(radio, inner)
{
    public override RadioResult TryPeek(Span<byte> buffer, out IPSocketAddress remote) => TryReceiveFrom(buffer, out remote);
}

/// <summary>Counts one byte too few, and says of nothing that it is whole and came to nobody.</summary>
internal sealed class MiscountingSocket(WrappedRadio radio, RadioSocket inner) : WrappedSocket(radio, inner)
{
    public override RadioResult GetAvailable() => base.GetAvailable() is { Failed: false } result ? RadioResult.FromCount(Math.Max(result.Count - 1, 0)) : base.GetAvailable();

    public override RadioResult TryReceiveMessage(Span<byte> buffer, out IPSocketAddress remote, out PacketInformation information)
    {
        RadioResult result = base.TryReceiveMessage(buffer, out remote, out information);
        information = information with { IsTruncated = false };
        return result;
    }
}

/// <summary>Fills the first of several buffers and no other.</summary>
internal sealed class FirstBufferSocket(WrappedRadio radio, RadioSocket inner) : WrappedSocket(radio, inner)
{
    public override RadioResult TryReceive(IList<ArraySegment<byte>> buffers) => TryReceive(buffers[0].AsSpan());
}
