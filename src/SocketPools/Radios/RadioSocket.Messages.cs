namespace SocketPools.Radios;

/// <summary>
/// What a receive can report besides its bytes: how many there are, what they are before they are taken, and where a datagram was sent to. A
/// radio that cannot answer leaves the inherited member, which is EOPNOTSUPP.
/// </summary>
public abstract partial class RadioSocket
{
    /// <summary>FIONREAD of ioctl(2): how many bytes can be received without waiting; of a datagram socket the length of the next datagram.</summary>
    /// <returns>The count, 0 where nothing is there. EINVAL on a socket that listens. EOPNOTSUPP where the radio does not report it.</returns>
    public virtual RadioResult GetAvailable() => ClosedOr(Errno.EOPNOTSUPP);

    /// <summary>MSG_PEEK of recv(2), without waiting: as <see cref="TryReceiveFrom"/>, and the bytes stay for the next receive.</summary>
    /// <param name="buffer">Filled from its start; bytes past the count stay as they are.</param>
    /// <param name="remote">Who sent it; of a stream the peer.</param>
    /// <returns>The count. EAGAIN where nothing is there. EOPNOTSUPP where the radio cannot peek.</returns>
    public virtual RadioResult TryPeek(Span<byte> buffer, out IPSocketAddress remote)
    {
        remote = default;
        return ClosedOr(Errno.EOPNOTSUPP);
    }

    /// <summary>recvmsg(2) of a datagram with IP_PKTINFO, without waiting. The first call has the system report it from then on.</summary>
    /// <param name="buffer">Filled from its start; a longer datagram is cut, which <see cref="PacketInformation.IsTruncated"/> reports.</param>
    /// <param name="remote">Who sent it.</param>
    /// <param name="information">Where it was sent to.</param>
    /// <returns>The count. EAGAIN where nothing is there. EOPNOTSUPP on a stream, and where the radio does not know it.</returns>
    public virtual RadioResult TryReceiveMessage(Span<byte> buffer, out IPSocketAddress remote, out PacketInformation information)
    {
        (remote, information) = (default, default);
        return ClosedOr(Errno.EOPNOTSUPP);
    }

    /// <summary>As <see cref="TryPeek"/> with a deadline.</summary>
    /// <param name="buffer">Filled from its start.</param>
    /// <param name="remote">Who sent it.</param>
    /// <param name="deadline">How long to wait.</param>
    public virtual RadioResult Peek(Span<byte> buffer, out IPSocketAddress remote, in Deadline deadline)
    {
        RadioResult result;
        while (ShouldWait(result = TryPeek(buffer, out remote), deadline))
        {
            RadioResult wait = Wait(Readiness.Readable, deadline);
            if (wait.Failed)
            {
                return wait;
            }
        }

        return result;
    }

    /// <summary>As <see cref="TryReceiveMessage"/> with a deadline.</summary>
    /// <param name="buffer">Filled from its start.</param>
    /// <param name="remote">Who sent it.</param>
    /// <param name="information">Where it was sent to.</param>
    /// <param name="deadline">How long to wait.</param>
    public virtual RadioResult ReceiveMessage(
        Span<byte> buffer, out IPSocketAddress remote, out PacketInformation information, in Deadline deadline)
    {
        RadioResult result;
        while (ShouldWait(result = TryReceiveMessage(buffer, out remote, out information), deadline))
        {
            RadioResult wait = Wait(Readiness.Readable, deadline);
            if (wait.Failed)
            {
                return wait;
            }
        }

        return result;
    }

    /// <summary>A closed socket says so before all else.</summary>
    private Errno ClosedOr(Errno errno) => GetLocalAddress(out _).Errno == Errno.EBADF ? Errno.EBADF : errno;
}
