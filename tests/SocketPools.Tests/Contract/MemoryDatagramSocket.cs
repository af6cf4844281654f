using System.Net.Sockets;
using SocketPools.Radios;

namespace SocketPools.Tests.Contract;

/// <summary>UDP of a memory radio.</summary>
internal sealed class MemoryDatagramSocket(MemoryRadio radio) : MemorySocket(radio, SocketType.Dgram)
{
    private const int LongestDatagram = 65_507;
    private const int QueueLength = 256;

    private readonly Queue<(byte[] Data, IPSocketAddress Sender)> _received = new();

    public override RadioResult Listen(int backlog) => Refuse(Errno.EOPNOTSUPP);

    public override RadioResult Shutdown(SocketShutdown how)
    {
        lock (Wire.Gate)
        {
            return Closed ? Errno.EBADF : Remote.HasValue ? RadioResult.Ok : Errno.ENOTCONN;
        }
    }

    public override RadioResult TryConnect(in IPSocketAddress remote)
    {
        lock (Wire.Gate)
        {
            if (Closed || !EnsureBoundUnsynchronized())
            {
                return Closed ? Errno.EBADF : Errno.EADDRNOTAVAIL;
            }

            Remote = remote;
            return RadioResult.Ok;
        }
    }

    public override RadioResult FinishConnect() => Refuse(Errno.None);

    public override RadioResult TryAccept(out RadioSocket? accepted, out IPSocketAddress remote)
    {
        (accepted, remote) = (null, default);
        return Refuse(Errno.EOPNOTSUPP);
    }

    public override RadioResult TrySend(ReadOnlySpan<byte> data)
    {
        lock (Wire.Gate)
        {
            return Closed ? Errno.EBADF : Remote.HasValue ? SendUnsynchronized(data, Remote) : Errno.EDESTADDRREQ;
        }
    }

    public override RadioResult TrySendTo(ReadOnlySpan<byte> data, in IPSocketAddress remote)
    {
        lock (Wire.Gate)
        {
            return Closed ? Errno.EBADF : SendUnsynchronized(data, remote);
        }
    }

    public override RadioResult TryReceive(Span<byte> buffer) => TryReceiveFrom(buffer, out _);

    public override RadioResult TryReceiveFrom(Span<byte> buffer, out IPSocketAddress remote)
    {
        lock (Wire.Gate)
        {
            remote = default;
            if (Closed || _received.Count == 0)
            {
                return Closed ? Errno.EBADF : Errno.EAGAIN;
            }

            (byte[] data, remote) = _received.Dequeue();
            int count = Math.Min(data.Length, buffer.Length);
            data.AsSpan(0, count).CopyTo(buffer);
            return RadioResult.FromCount(count);
        }
    }

    protected override Readiness AskUnsynchronized(Readiness interest) =>
        interest & (Readiness.Writable | (_received.Count > 0 ? Readiness.Readable : Readiness.None));

    protected override void EndUnsynchronized() => _received.Clear();

    private RadioResult SendUnsynchronized(ReadOnlySpan<byte> data, IPSocketAddress remote)
    {
        if (data.Length > LongestDatagram)
        {
            return Errno.EMSGSIZE;
        }

        if (!EnsureBoundUnsynchronized())
        {
            return Errno.EADDRNOTAVAIL;
        }

        byte[] copy = data.ToArray();
        IPSocketAddress sender = Source;
        Wire.SendUnsynchronized(() =>
            (Wire.Find(remote)?.FindUnsynchronized(SocketType.Dgram, remote.Port) as MemoryDatagramSocket)?.ArriveUnsynchronized(copy, sender));
        return RadioResult.FromCount(data.Length);
    }

    private void ArriveUnsynchronized(byte[] data, IPSocketAddress sender)
    {
        bool expected = !Remote.HasValue || Remote == sender;
        if (expected && _received.Count < QueueLength)
        {
            _received.Enqueue((data, sender));
            ChangedUnsynchronized();
        }
    }

    private RadioResult Refuse(Errno errno)
    {
        lock (Wire.Gate)
        {
            return Closed ? Errno.EBADF : errno;
        }
    }
}
