using System.Net.Sockets;
using SocketPools.Radios;

namespace SocketPools.Connections;

/// <summary>Makes the connections that a race chooses from.</summary>
/// <typeparam name="TConnection">A connection.</typeparam>
internal interface IConnector<TConnection>
{
    /// <summary>The radio that the connections use.</summary>
    Radio Radio { get; }

    /// <summary>Whether one more connection can be made.</summary>
    bool HasRoom { get; }

    /// <summary>Makes a connection that is not connected yet.</summary>
    /// <exception cref="PoolSocketException">The radio does not have the family, or has no descriptors.</exception>
    /// <exception cref="OutOfSocketsException">There is no room.</exception>
    TConnection Create(AddressFamily family);

    /// <summary>Connects.</summary>
    ValueTask ConnectAsync(TConnection connection, IPSocketAddress remote, string host, Deadline deadline, CancellationToken cancellationToken);
}
