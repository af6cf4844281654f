namespace SocketPools.Stack.Core;

/// <summary>A timer of a stack: what it does when it fires is its owner's.</summary>
/// <param name="fire">Called with the stack's gate held.</param>
internal sealed class StackTimer(Action fire)
{
    /// <summary>When it fires, on the clock's count.</summary>
    internal long Due { get; set; }

    /// <summary>Whether it will fire.</summary>
    internal bool IsSet { get; set; }

    // Where it stands in the heap: by a time that may be earlier than Due.
    internal long Key { get; set; }

    internal int Place { get; set; } = -1;

    internal void Fire() => fire();
}
