using System.Net.Sockets;
using SocketPools.Chips.Wiznet;

namespace SocketPools.Chips;

/// <summary>
/// The hardware sockets of a listener. Each takes one connection and listens no more, so that the listener arms another one; a client that comes in
/// between is refused. Spare ones are armed while the chip has free sockets. Used under the radio's lock.
/// </summary>
internal sealed class WiznetListener(HardwareSockets hardware, int port, int backlog)
{
    private const int MostSpares = 4;

    private readonly List<HardwareSocket> _sockets = [];

    /// <summary>Whether a connection is there.</summary>
    internal bool HasConnection => _sockets.Exists(IsConnection);

    /// <summary>Arms as many sockets as the backlog asks for and the chip has to spare; at least one, where there is one at all.</summary>
    internal bool Arm()
    {
        int wanted = Math.Clamp(backlog, 1, MostSpares);
        while (_sockets.Count == 0 || (_sockets.Count < wanted && hardware.HasFree))
        {
            HardwareSocket? socket = hardware.Take();
            if (socket is null)
            {
                return false;
            }

            if (!Listen(socket))
            {
                hardware.Free(socket);
                return false;
            }

            _sockets.Add(socket);
        }

        return true;
    }

    internal void Refresh()
    {
        foreach (HardwareSocket socket in _sockets)
        {
            socket.Refresh();
            if (socket.Status == SocketStatus.Closed)
            {
                Listen(socket); // a connection that was reset before it was accepted
            }
        }
    }

    /// <summary>A connection, which the caller owns then.</summary>
    internal HardwareSocket? Accept()
    {
        int index = _sockets.FindIndex(IsConnection);
        if (index < 0)
        {
            return null;
        }

        HardwareSocket socket = _sockets[index];
        _sockets.RemoveAt(index);
        return socket;
    }

    /// <summary>One of several that wait for any peer; null when it has but one.</summary>
    internal HardwareSocket? GiveUpSpare()
    {
        if (_sockets.Count < 2)
        {
            return null;
        }

        Refresh();
        int index = _sockets.FindIndex(s => s.Status == SocketStatus.Listen);
        if (index < 0)
        {
            return null;
        }

        HardwareSocket socket = _sockets[index];
        _sockets.RemoveAt(index);
        socket.Command(SocketCommand.Close);
        return socket;
    }

    internal void Close()
    {
        hardware.Remove(this);
        foreach (HardwareSocket socket in _sockets)
        {
            hardware.Free(socket);
        }

        _sockets.Clear();
    }

    private static bool IsConnection(HardwareSocket socket) => socket.Status is SocketStatus.Established or SocketStatus.CloseWait;

    private bool Listen(HardwareSocket socket)
    {
        if (!socket.Open(SocketType.Stream, port))
        {
            return false;
        }

        socket.Command(SocketCommand.Listen);
        socket.Refresh();
        return socket.Status != SocketStatus.Closed;
    }
}
