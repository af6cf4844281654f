using SocketPools.Stack.Diagnostics;

namespace SocketPools.Stack;

// What can be seen of a stack.
public sealed partial class StackRadio
{
    /// <summary>
    /// What the stack has at this moment: sockets, interfaces, routes, neighbours, limits, counters.
    /// <see cref="StackSnapshot.ToString"/> is a table, <see cref="StackSnapshot.ToJson"/> JSON.
    /// </summary>
    /// <remarks>The stack stands still meanwhile; with 10 000 connections that is some 10 ms.</remarks>
    public StackSnapshot GetSnapshot()
    {
        // The pool has a lock of its own, which is never asked for with the gate held.
        long refused = SocketPool.Find(this)?.ExhaustedCount ?? 0;
        return new SnapshotTaker(SnapshotSources, refused).Take();
    }
}
