using SocketPools.Radios;
using SocketPools.Stack.IP;

namespace SocketPools.Stack.Tcp;

/// <summary>What the network reports: ICMP (RFC 9293, 3.9.2.2; RFC 5461; RFC 5927), and packets that are too long (RFC 1191, RFC 8201).</summary>
/// <remarks>
/// <b>No probing for black holes (RFC 4821)</b>: where routers drop long packets without a word, a connection fails with ETIMEDOUT; a
/// smaller MTU on the link, or the socket's maximum segment size, helps.
/// </remarks>
internal sealed partial class TcpConnection
{
    private Errno _error;
    private Errno _softError;

    /// <summary>RFC 5927, 4.1: an error must quote a segment in flight, or it is a guess.</summary>
    internal bool IsOnItsWay(uint sequence)
    {
        long number = TcpSegment.Unwrap(sequence, _sndUna);
        return State is not (TcpState.Closed or TcpState.TimeWait) && number >= _sndUna && number < _sndNxt;
    }

    /// <summary>An ICMP message about a segment of this connection.</summary>
    /// <param name="error">What it says.</param>
    /// <param name="sequence">The segment's sequence number, of 32 bits.</param>
    internal void OnNetworkError(in NetworkError error, uint sequence)
    {
        if (!IsOnItsWay(sequence))
        {
            return;
        }

        if (error.Errno == Errno.EMSGSIZE)
        {
            ShrinkTo(error);
        }
        else if (!State.IsSynchronized())
        {
            // Nothing is lost by trying another address at once: as on Linux every unreachable and time exceeded ends a connect.
            Fail(error.Errno);
        }
        else
        {
            // Routes come back (RFC 5461, 2.2): it is only remembered for when time is up.
            _softError = error.Errno;
        }
    }

    /// <summary>The MTU of the path has changed: the segments change with it, and grow again when a report has expired (RFC 1191, 6.3).</summary>
    internal void OnPathMtuChanged() => FindPathAgain();

    private void ShrinkTo(in NetworkError error)
    {
        Path.Mtu = Math.Min(Path.Mtu, error.Mtu);
        Path.MayFragment |= error.MayFragment;
        int size = SegmentSizeFor(Path.Mtu);
        if (!State.IsSynchronized() || size >= _segmentSize)
        {
            return;
        }

        Congestion.SetSegmentSize(size);
        _segmentSize = size;
        if (Flight > 0)
        {
            ResendForPath();
        }

        Output();
    }

    private void FindPathAgain()
    {
        if (_shard.FindPath(Path.Remote, Path.Local, out NetworkPath? path) == Errno.None)
        {
            CheckedAt = path!.Interface == Path.Interface ? CheckedAt : -1;
            Path = path;
            if (_shard != _shard.Layer.Main && !MayBeInAnyShard)
            {
                MoveTo(_shard.Layer.Main);
            }

            int size = SegmentSizeFor(path.Mtu);
            if (State.IsSynchronized() && size != _segmentSize)
            {
                Congestion.SetSegmentSize(size);
                _segmentSize = size;
            }
        }
    }
}
