using SocketPools.Radios;

namespace SocketPools.Boards.Sockets;

/// <summary>
/// Which local TCP ports a board's sockets have, and which are kept in TIME-WAIT: lwIP decides about a bind by its own rules, which differ
/// from those of the system below.
/// </summary>
internal sealed class BoardPorts(BoardProfile profile, TimeProvider clock)
{
    private readonly Lock _gate = new();
    private readonly List<BoardPort> _held = [];

    /// <summary>Takes a port for a bind; false where lwIP answers ERR_USE.</summary>
    internal bool TryHold(in IPSocketAddress local, bool mayShare, out BoardPort? port)
    {
        port = null;
        lock (_gate)
        {
            RemoveOld();
            foreach (BoardPort other in _held)
            {
                bool isClash = other.Local.Port == local.Port && (other.Local.IsAny || local.IsAny || other.Local.WithPort(0) == local.WithPort(0));
                bool isShared = mayShare && (other.MayShare || other.TimeWaitSince is not null);
                if (isClash && !isShared)
                {
                    return false;
                }
            }

            _held.Add(port = new BoardPort { Local = local, MayShare = mayShare });
            return true;
        }
    }

    /// <summary>A connection that came through a listener has its port, too.</summary>
    internal BoardPort Inherit(BoardPort listener)
    {
        BoardPort port = new() { Local = listener.Local, MayShare = listener.MayShare };
        lock (_gate)
        {
            _held.Add(port);
        }

        return port;
    }

    /// <summary>Whether another socket listens on the same port.</summary>
    internal bool HasListener(BoardPort port)
    {
        lock (_gate)
        {
            return _held.Any(other => other != port && other.IsListening && other.Local.Port == port.Local.Port);
        }
    }

    /// <summary>Whether a socket of the board listens on a port.</summary>
    internal bool Listens(int number)
    {
        lock (_gate)
        {
            return _held.Any(other => other.IsListening && other.Local.Port == number);
        }
    }

    internal void Release(BoardPort port, bool isTimeWait)
    {
        lock (_gate)
        {
            if (isTimeWait && profile.Listening.TimeWaitTimeout.Value > TimeSpan.Zero)
            {
                (port.TimeWaitSince, port.IsListening) = (clock.GetTimestamp(), false);
            }
            else
            {
                _held.Remove(port);
            }
        }
    }

    private void RemoveOld() =>
        _held.RemoveAll(port => port.TimeWaitSince is { } since && clock.GetElapsedTime(since) >= profile.Listening.TimeWaitTimeout);
}

/// <summary>A port that a socket has.</summary>
internal sealed class BoardPort
{
    internal IPSocketAddress Local { get; init; }

    /// <summary>SO_REUSEADDR.</summary>
    internal bool MayShare { get; init; }

    internal bool IsListening { get; set; }

    /// <summary>When its connection went to TIME-WAIT.</summary>
    internal long? TimeWaitSince { get; set; }
}
