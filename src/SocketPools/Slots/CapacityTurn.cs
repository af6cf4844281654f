namespace SocketPools.Slots;

/// <summary>One call in the line of those that wait to take a place. Guarded by the lock of <see cref="CapacityWaits"/>.</summary>
internal sealed class CapacityTurn
{
    private TaskCompletionSource _woken = new();

    /// <summary>Its place in the order; 0 until it was put in line.</summary>
    internal long Number { get; set; }

    /// <summary>Where it is in the line; null while it is in none.</summary>
    internal LinkedListNode<CapacityTurn>? Node { get; set; }

    internal Task Begin()
    {
        _woken = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        return _woken.Task;
    }

    internal void Wake() => _woken.TrySetResult();
}
