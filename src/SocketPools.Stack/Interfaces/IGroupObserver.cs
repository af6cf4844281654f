using SocketPools.Stack.Wire;

namespace SocketPools.Stack.Interfaces;

/// <summary>Who reports the groups of an interface. Called with the stack's lock held.</summary>
internal interface IGroupObserver
{
    /// <summary>The first listener of a group is there.</summary>
    void OnJoined(IPAddressValue group);

    /// <summary>The last listener of a group has gone.</summary>
    void OnLeft(IPAddressValue group);
}
