using System.Net.Sockets;

namespace SocketPools.Tool.Serving;

/// <summary>
/// The connections that were kept alive and wait for their client's next request. When another connection needs a place, the
/// one that has waited longest gives its own up.
/// </summary>
internal sealed class IdleConnections
{
    private readonly Lock _gate = new();
    private readonly LinkedList<PoolSocket> _waiting = [];
    private bool _isPlaceNeeded;

    /// <summary>Begins to wait for a request.</summary>
    /// <returns>False when the place is needed: the connection has to end.</returns>
    internal bool TryEnter(PoolSocket socket)
    {
        lock (_gate)
        {
            if (_isPlaceNeeded)
            {
                _isPlaceNeeded = false;
                return false;
            }

            _waiting.AddLast(socket);
            return true;
        }
    }

    /// <summary>Has a request, or the end of the connection.</summary>
    internal void Leave(PoolSocket socket)
    {
        lock (_gate)
        {
            _waiting.Remove(socket);
        }
    }

    /// <summary>
    /// Asks for the place of the connection that has waited longest, or of the next one that would wait. Only its reading
    /// ends: a request that has arrived already is still answered.
    /// </summary>
    internal void AskForPlace()
    {
        lock (_gate)
        {
            if (_waiting.First is { } longest)
            {
                _waiting.RemoveFirst();
                End(longest.Value);
            }
            else
            {
                _isPlaceNeeded = true;
            }
        }
    }

    /// <summary>A place was found; no connection has to go any more.</summary>
    internal void PlaceFound()
    {
        lock (_gate)
        {
            _isPlaceNeeded = false;
        }
    }

    private static void End(PoolSocket socket)
    {
        try
        {
            socket.Shutdown(SocketShutdown.Receive);
        }
        catch (PoolSocketException)
        {
            // It ended by itself.
        }
    }
}
