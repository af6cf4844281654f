using System.Net.Sockets;
using SocketPools.Radios;

namespace SocketPools.Boards.Sockets;

/// <summary>A UDP or RAW socket of a board: what is kept unread, and what is refused.</summary>
internal sealed class BoardDatagramSocket : BoardSocket
{
    private const int MostPayload = 65507;
    private const int MostLength = 65535;

    // struct ip_mreq: the group, and an address of the interface.
    private const int MembershipLength = 8;

    private readonly Queue<(byte[] Data, IPSocketAddress Remote)> _kept = [];
    private readonly byte[] _buffer = new byte[MostLength];
    private bool _isConnected;

    internal BoardDatagramSocket(BoardContext board, RadioSocket inner)
        : base(board, inner)
    {
        // Boards broadcast without the option.
        inner.SetOption(SocketOptionLevel.Socket, SocketOptionName.Broadcast, BitConverter.GetBytes(1));
    }

    protected override bool IsWatched => false;

    public override RadioResult Bind(in IPSocketAddress local)
    {
        RadioResult result = IsClosed ? Errno.EBADF : Inner.Bind(local);
        return result.Errno switch
        {
            Errno.EADDRNOTAVAIL => RadioResult.Ok, // an address that is not its own is accepted, and nothing comes to it
            Errno.EINVAL => BoardContext.Explain(Errno.EINVAL, $"{Profile.Title} accepts a second bind, and can stop for ever later. A socket is bound once"),
            _ => result,
        };
    }

    public override RadioResult Listen(int backlog)
    {
        Errno errno = IsClosed ? Errno.EBADF : Profile.Listening.ListenOnDatagram.Value;
        return errno;
    }

    public override RadioResult TryAccept(out RadioSocket? accepted, out IPSocketAddress remote)
    {
        (accepted, remote) = (null, default);
        Errno errno = Profile.Listening.AcceptOnDatagram.Value;
        return errno == Errno.None ? Errno.EAGAIN : errno;
    }

    public override RadioResult Accept(out RadioSocket? accepted, out IPSocketAddress remote, in Deadline deadline)
    {
        RadioResult result = TryAccept(out accepted, out remote);
        return result.Errno == Errno.EAGAIN ? WaitForNothing(deadline, "no connection comes to a datagram socket") : result;
    }

    public override RadioResult Shutdown(SocketShutdown how) => Inner.Shutdown(how);

    public override RadioResult TryConnect(in IPSocketAddress remote)
    {
        RadioResult result = IsClosed ? Errno.EBADF : Inner.TryConnect(remote);
        _isConnected |= !result.Failed;
        return result;
    }

    public override RadioResult FinishConnect() => Inner.FinishConnect();

    public override RadioResult TrySend(ReadOnlySpan<byte> data)
    {
        if (IsClosed || !_isConnected)
        {
            return IsClosed ? Errno.EBADF : Errno.EPIPE;
        }

        Errno refusal = RefusalOf(data);
        if (refusal != Errno.None)
        {
            return refusal;
        }

        RadioResult result = Inner.TrySend(data);
        return IsIcmp(result) ? Unseen(Inner.TrySend(data), data.Length) : Unseen(result, data.Length);
    }

    public override RadioResult TrySendTo(ReadOnlySpan<byte> data, in IPSocketAddress remote)
    {
        if (IsClosed)
        {
            return Profile.Transfer.ClosedSocketWaits ? Errno.EPIPE : Errno.EBADF;
        }

        Errno refusal = RefusalOf(data);
        refusal = refusal == Errno.None && IsUnreachable(remote) ? Errno.EHOSTUNREACH : refusal;
        if (refusal != Errno.None)
        {
            return refusal;
        }

        RadioResult result = Inner.TrySendTo(data, remote);
        // An ICMP error of an earlier datagram is told in place of sending: boards do not see it, and send.
        return IsIcmp(result) ? Unseen(Inner.TrySendTo(data, remote), data.Length) : Unseen(result, data.Length);
    }

    public override RadioResult TryReceive(Span<byte> buffer) => TryReceiveFrom(buffer, out _);

    public override RadioResult TryReceiveFrom(Span<byte> buffer, out IPSocketAddress remote) => Receive(buffer, isPeek: false, out remote);

    /// <summary>No board has it; a program for .NET finds here what a receive would find.</summary>
    public override RadioResult TryPeek(Span<byte> buffer, out IPSocketAddress remote) => Receive(buffer, isPeek: true, out remote);

    /// <inheritdoc cref="TryPeek"/>
    public override RadioResult GetAvailable()
    {
        lock (Gate)
        {
            if (IsClosed)
            {
                return Errno.EBADF;
            }

            Fill();
            return RadioResult.FromCount(_kept.TryPeek(out (byte[] Data, IPSocketAddress Remote) datagram) ? datagram.Data.Length : 0);
        }
    }

    private RadioResult Receive(Span<byte> buffer, bool isPeek, out IPSocketAddress remote)
    {
        lock (Gate)
        {
            remote = default;
            if (IsClosed)
            {
                return Errno.EBADF;
            }

            Fill();
            if (!(isPeek ? _kept.TryPeek(out (byte[] Data, IPSocketAddress Remote) datagram) : _kept.TryDequeue(out datagram)))
            {
                return Errno.EAGAIN;
            }

            int count = Math.Min(datagram.Data.Length, buffer.Length);
            datagram.Data.AsSpan(0, count).CopyTo(buffer);
            remote = datagram.Remote;
            return RadioResult.FromCount(count);
        }
    }

    public override RadioResult ReceiveFrom(Span<byte> buffer, out IPSocketAddress remote, in Deadline deadline)
    {
        remote = default;
        return IsClosed && Profile.Transfer.ClosedSocketWaits
            ? WaitForNothing(deadline, "the socket is closed, and recvfrom_into() does not check it")
            : base.ReceiveFrom(buffer, out remote, deadline);
    }

    public override Readiness Poll(Readiness interest)
    {
        lock (Gate)
        {
            if (IsClosed)
            {
                return Readiness.Readable | Readiness.Writable | Readiness.HangUp;
            }

            Fill();
            return (Readiness.Writable | (_kept.Count > 0 ? Readiness.Readable : Readiness.None)) & interest;
        }
    }

    protected override void End() => Inner.Close();

    /// <summary>A board has one interface, where a host without a route for a group asks which.</summary>
    protected override RadioResult Apply(int level, int name, ReadOnlySpan<byte> value)
    {
        RadioResult result = base.Apply(level, name, value);
        if (result.Errno is not Errno.ENODEV || value.Length != MembershipLength)
        {
            return result;
        }

        Span<byte> membership = stackalloc byte[MembershipLength];
        value.CopyTo(membership);
        System.Net.IPAddress? own = Board.OwnAddresses().FirstOrDefault(a => a.AddressFamily == AddressFamily.InterNetwork && !System.Net.IPAddress.IsLoopback(a));
        return own is not null && own.TryWriteBytes(membership[4..], out _) ? base.Apply(level, name, membership) : RadioResult.Ok;
    }

    /// <summary>
    /// Takes what has come: as many datagrams are kept as the board keeps, and later ones are dropped. Between two calls nothing is taken,
    /// so that whatever is there now came while the kept ones were unread.
    /// </summary>
    private void Fill()
    {
        int most = Profile.Datagrams.Kept.Value ?? int.MaxValue;
        while (true)
        {
            RadioResult result = Inner.TryReceiveFrom(_buffer, out IPSocketAddress remote);
            if (IsIcmp(result))
            {
                continue;
            }

            if (result.Failed)
            {
                return;
            }

            if (result.Count > Profile.Datagrams.MaxReceived)
            {
                Board.Note($"{Profile.Title} does not receive datagrams of more than {Profile.Datagrams.MaxReceived.Value} bytes: they come in fragments");
            }
            else if (_kept.Count < most)
            {
                _kept.Enqueue((_buffer.AsSpan(0, result.Count).ToArray(), remote));
            }
            else
            {
                Board.Note($"{Profile.Title} keeps {most} unread {(most == 1 ? "datagram" : "datagrams")} a socket, and drops those that come meanwhile: receive before the next is sent");
            }

            if (most == int.MaxValue)
            {
                return;
            }
        }
    }

    private Errno RefusalOf(ReadOnlySpan<byte> data)
    {
        Errno errno = data.Length > MostLength ? Profile.Datagrams.FarTooLarge : data.Length > MostPayload ? Profile.Datagrams.TooLarge : Errno.None;
        return errno != Errno.None || Board.IsAssociated ? errno : Profile.Transfer.ClosedSocketWaits ? Errno.EPIPE : Errno.EHOSTUNREACH;
    }

    private bool IsUnreachable(in IPSocketAddress remote) =>
        !Board.ReachesThisMachine && Profile.Connecting.Loopback.Value == SelfConnect.Unreachable && BoardAddresses.IsLoopback(remote);

    // What the host says of the network, a board does not hear.
    private static RadioResult Unseen(RadioResult result, int length) =>
        IsIcmp(result) || result.Errno is Errno.EPERM or Errno.EACCES or Errno.EINVAL ? RadioResult.FromCount(length) : result;

    private static bool IsIcmp(RadioResult result) => result.Errno is Errno.ECONNREFUSED or Errno.EHOSTUNREACH or Errno.ENETUNREACH or Errno.EHOSTDOWN;
}
