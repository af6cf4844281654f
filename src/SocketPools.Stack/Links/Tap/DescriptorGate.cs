namespace SocketPools.Stack.Links;

/// <summary>
/// Lets calls use a descriptor until it is closed. The last one out closes it, so that no call ever touches a descriptor that the
/// system has reused for another file.
/// </summary>
/// <param name="close">Closes the descriptor; called once.</param>
internal sealed class DescriptorGate(Action close)
{
    private const int Closed = 1 << 30;

    private int _state;

    internal bool IsClosed => (Volatile.Read(ref _state) & Closed) != 0;

    /// <summary>Goes in; false after the end.</summary>
    internal bool TryEnter()
    {
        int seen = Volatile.Read(ref _state);
        while (true)
        {
            if ((seen & Closed) != 0)
            {
                return false;
            }

            int before = Interlocked.CompareExchange(ref _state, seen + 1, seen);
            if (before == seen)
            {
                return true;
            }

            seen = before;
        }
    }

    internal void Leave()
    {
        if (Interlocked.Decrement(ref _state) == Closed)
        {
            close();
        }
    }

    /// <summary>Refuses further calls. False when it was closed before.</summary>
    internal bool Close()
    {
        int before = Interlocked.Or(ref _state, Closed);
        if (before == 0)
        {
            close();
        }

        return (before & Closed) == 0;
    }
}
