using SocketPools.Stack.Wire;

namespace SocketPools.Stack.Interfaces;

/// <summary>The multicast groups that an interface listens to, each with the number of its listeners. With the stack's lock held.</summary>
internal sealed class GroupSet
{
    private readonly Dictionary<IPAddressValue, int> _listeners = [];

    /// <summary>Reports groups to routers; null without IGMP and MLD.</summary>
    internal IGroupObserver? Observer { get; set; }

    internal IEnumerable<IPAddressValue> All => _listeners.Keys;

    /// <summary>Whether packets to a group are listened to: those of all hosts always.</summary>
    internal bool Contains(in IPAddressValue group) => group == IPAddressValue.AllHosts || group == IPAddressValue.AllNodes || _listeners.ContainsKey(group);

    /// <summary>Joins a group, for one more listener.</summary>
    internal void Join(in IPAddressValue group)
    {
        int listeners = _listeners.GetValueOrDefault(group);
        _listeners[group] = listeners + 1;
        if (listeners == 0)
        {
            Observer?.OnJoined(group);
        }
    }

    /// <summary>Leaves a group, for one listener.</summary>
    /// <returns>False when it was not joined.</returns>
    internal bool Leave(in IPAddressValue group)
    {
        if (!_listeners.TryGetValue(group, out int listeners))
        {
            return false;
        }

        if (listeners > 1)
        {
            _listeners[group] = listeners - 1;
            return true;
        }

        _listeners.Remove(group);
        Observer?.OnLeft(group);
        return true;
    }
}
