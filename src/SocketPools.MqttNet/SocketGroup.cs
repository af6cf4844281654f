namespace SocketPools.MqttNet;

/// <summary>Sockets that are closed together. What joins after that is closed at once.</summary>
internal sealed class SocketGroup
{
    private readonly Lock _gate = new();
    private readonly HashSet<PoolSocket> _sockets = [];
    private bool _closed;

    /// <summary>Adds a socket; false when the group is closed, and the socket then is too.</summary>
    internal bool TryAdd(PoolSocket socket)
    {
        lock (_gate)
        {
            if (!_closed)
            {
                _sockets.Add(socket);
                return true;
            }
        }

        socket.Close();
        return false;
    }

    /// <summary>Closes a socket and forgets it.</summary>
    internal void Remove(PoolSocket socket)
    {
        socket.Close();
        lock (_gate)
        {
            _sockets.Remove(socket);
        }
    }

    /// <summary>Closes all, now and in the future.</summary>
    internal void Close()
    {
        List<PoolSocket> sockets;
        lock (_gate)
        {
            _closed = true;
            sockets = [.. _sockets];
            _sockets.Clear();
        }

        sockets.ForEach(socket => socket.Close());
    }
}
