namespace SocketPools.Stack.Core;

/// <summary>A timer of a stack: what it does when it fires is its owner's.</summary>
internal sealed class StackTimer
{
    private readonly Action? _fire;

    /// <summary>A timer that calls a method.</summary>
    /// <param name="fire">Called with the stack's gate held.</param>
    internal StackTimer(Action fire) => _fire = fire;

    /// <summary>A timer of its <see cref="Owner"/>.</summary>
    internal StackTimer()
    {
    }

    /// <summary>Who is told, where it is no method. The timer may get another owner while it is in no queue.</summary>
    internal ITimerOwner? Owner { get; set; }

    /// <summary>When it fires, on the clock's count.</summary>
    internal long Due { get; set; }

    /// <summary>Whether it will fire.</summary>
    internal bool IsSet { get; set; }

    // Where it stands in the heap: by a time that may be earlier than Due.
    internal long Key { get; set; }

    internal int Place { get; set; } = -1;

    internal void Fire()
    {
        if (_fire is not null)
        {
            _fire();
        }
        else
        {
            Owner!.Fire(this);
        }
    }
}
