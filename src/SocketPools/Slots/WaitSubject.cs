namespace SocketPools.Slots;

/// <summary>What a place is waited for, where the one who waits asks later whether it did.</summary>
/// <param name="name">A host and a port, for messages.</param>
internal class WaitSubject(string name)
{
    private volatile bool _isWaiting;

    /// <summary>Whether the wait is under way, or was given up.</summary>
    internal bool IsWaiting
    {
        get => _isWaiting;
        set => _isWaiting = value;
    }

    /// <summary>A host and a port.</summary>
    public override string ToString() => name;
}
