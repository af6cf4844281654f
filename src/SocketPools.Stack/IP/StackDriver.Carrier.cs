using SocketPools.Stack.Interfaces;

namespace SocketPools.Stack.IP;

// What a lost cable means: Linux's neigh_carrier_down and linkwatch. Connections and bound sockets stay and are told nothing; what they
// send is dropped until the carrier is back, and who waits for a neighbour hears EHOSTUNREACH.
internal sealed partial class StackDriver
{
    /// <summary>Looks whether a link's carrier has changed, once a request: a link whose carrier changes makes one.</summary>
    private void CheckCarriers()
    {
        foreach (NetworkInterface one in network.Interfaces)
        {
            if (!one.IsLoopback)
            {
                CheckCarrier(one);
            }
        }
    }

    /// <summary>Looks whether a link's carrier has changed. By the thread that drives the stack, without the lock.</summary>
    private void CheckCarrier(NetworkInterface one)
    {
        if (one.HasKnownCarrier || one.AskCarrier() is not { } hasCarrier || hasCarrier == one.HasCarrier)
        {
            return;
        }

        using (stack.Gate.EnterScope())
        {
            if (!stack.IsDisposed)
            {
                one.SetCarrier(hasCarrier);
                network.CarrierChanged?.Invoke(one);
            }
        }
    }
}
