namespace SocketPools.Stack.Core;

/// <summary>Moves frames between the links and the layers.</summary>
internal interface IStackDriver
{
    /// <summary>
    /// Lets frames leave and come in until there are none, or until one call has done its share. Called by any thread, never with the
    /// lock held.
    /// </summary>
    void Drive();

    /// <summary>The same on a thread that no call runs on: a call that comes meanwhile takes over.</summary>
    void DriveInBackground();
}
