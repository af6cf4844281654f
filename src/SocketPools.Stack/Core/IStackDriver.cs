namespace SocketPools.Stack.Core;

/// <summary>Moves frames between the links and the layers.</summary>
internal interface IStackDriver
{
    /// <summary>
    /// Sends and receives frames until there are none, on a thread that no call runs on: a call that comes meanwhile takes over. Called by
    /// any thread, never with the lock held.
    /// </summary>
    void DriveInBackground();
}
