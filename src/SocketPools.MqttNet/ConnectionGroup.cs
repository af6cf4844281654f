namespace SocketPools.MqttNet;

/// <summary>Connections that are closed together. What joins after that is closed at once.</summary>
internal sealed class ConnectionGroup
{
    private readonly Lock _gate = new();

    // The socket of each connection, and the connection once it has been established: TLS comes before.
    private readonly Dictionary<PoolSocket, MqttConnection?> _members = [];
    private bool _closed;

    /// <summary>Adds a socket; false when the group is closed, and the socket then is too.</summary>
    internal bool TryAdd(PoolSocket socket)
    {
        lock (_gate)
        {
            if (!_closed)
            {
                _members.Add(socket, null);
                return true;
            }
        }

        socket.Close();
        return false;
    }

    /// <summary>The connection of a socket is established: it is closed in order from now on.</summary>
    internal void Establish(PoolSocket socket, MqttConnection connection)
    {
        lock (_gate)
        {
            if (!_closed)
            {
                _members[socket] = connection;
            }
        }
    }

    /// <summary>Closes a socket and forgets it.</summary>
    internal void Remove(PoolSocket socket)
    {
        socket.Close();
        lock (_gate)
        {
            _members.Remove(socket);
        }
    }

    /// <summary>Closes all at once, now and in the future.</summary>
    internal void Close()
    {
        foreach (PoolSocket socket in TakeAll().Keys)
        {
            socket.Close();
        }
    }

    /// <summary>Closes all side by side, now and in the future: established connections in order, the others at once.</summary>
    internal Task CloseAsync() => Task.WhenAll(TakeAll().Select(member => CloseAsync(member.Key, member.Value)));

    private static async Task CloseAsync(PoolSocket socket, MqttConnection? connection)
    {
        if (connection is not null)
        {
            await connection.CloseAsync().ConfigureAwait(false);
        }

        socket.Close();
    }

    private Dictionary<PoolSocket, MqttConnection?> TakeAll()
    {
        lock (_gate)
        {
            _closed = true;
            Dictionary<PoolSocket, MqttConnection?> members = new(_members);
            _members.Clear();
            return members;
        }
    }
}
