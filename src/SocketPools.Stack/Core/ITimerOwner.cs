namespace SocketPools.Stack.Core;

/// <summary>Has timers that it can do without while they are not set. Called with the stack's gate held.</summary>
internal interface ITimerOwner
{
    /// <summary>A timer fires.</summary>
    void Fire(StackTimer timer);

    /// <summary>A timer that was cleared has left the queue, and belongs to none until it is set again.</summary>
    void Rest(StackTimer timer);
}
