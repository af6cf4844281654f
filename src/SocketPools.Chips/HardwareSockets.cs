using SocketPools.Chips.Wiznet;

namespace SocketPools.Chips;

/// <summary>
/// Who has which hardware socket. A socket that is closing keeps its hardware until the peer has everything or the linger timeout is over; a listener
/// holds more than one while others are free. Both give theirs up when another socket needs one. Used under the radio's lock.
/// </summary>
internal sealed class HardwareSockets(WiznetBus bus, TimeProvider clock, TimeSpan linger)
{
    private readonly Stack<HardwareSocket> _free = new(Enumerable.Range(0, bus.SocketCount).Reverse().Select(i => new HardwareSocket(bus, i)));
    private readonly List<(HardwareSocket Socket, long Since)> _closing = [];
    private readonly List<WiznetListener> _listeners = [];

    internal bool HasClosing => _closing.Count > 0;

    internal bool HasFree => _free.Count > 0;

    /// <summary>A hardware socket, taken from where it is missed least; null when all are in use.</summary>
    internal HardwareSocket? Take()
    {
        if (_free.TryPop(out HardwareSocket? free))
        {
            return free;
        }

        Sweep();
        if (_free.TryPop(out free))
        {
            return free;
        }

        if (_closing.Count > 0)
        {
            free = _closing[0].Socket;
            _closing.RemoveAt(0);
            free.Command(SocketCommand.Close);
            return free;
        }

        foreach (WiznetListener listener in _listeners)
        {
            if (listener.GiveUpSpare() is HardwareSocket spare)
            {
                return spare;
            }
        }

        return null;
    }

    internal void Add(WiznetListener listener) => _listeners.Add(listener);

    internal void Remove(WiznetListener listener) => _listeners.Remove(listener);

    /// <summary>Gives a socket back at once; what it had is dropped.</summary>
    internal void Free(HardwareSocket socket)
    {
        socket.Command(SocketCommand.Close);
        _free.Push(socket);
    }

    /// <summary>Ends a connection in order, in the background.</summary>
    internal void CloseInOrder(HardwareSocket socket)
    {
        _closing.Add((socket, clock.GetTimestamp()));
        Sweep();
    }

    /// <summary>Goes on with the sockets that are closing.</summary>
    internal void Sweep()
    {
        for (int i = _closing.Count - 1; i >= 0; i--)
        {
            (HardwareSocket socket, long since) = _closing[i];
            socket.Refresh();
            if (!socket.IsSending && socket.Status is SocketStatus.Established or SocketStatus.CloseWait)
            {
                socket.Command(SocketCommand.Disconnect);
                socket.Refresh();
            }

            // What still arrives after the end is not read.
            if (socket.Status == SocketStatus.Closed || socket.Received > 0 || clock.GetElapsedTime(since) > linger)
            {
                _closing.RemoveAt(i);
                Free(socket);
            }
        }
    }
}
