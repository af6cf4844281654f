using SocketPools.Stack.Core;
using SocketPools.Stack.Wire;

namespace SocketPools.Stack.Interfaces;

// Whether an address is free: duplicate address detection (RFC 4862, section 5.4).
internal sealed partial class NeighborDiscovery
{
    // RFC 4861, section 10: RETRANS_TIMER; RFC 4862: DupAddrDetectTransmits is 1.
    private static readonly TimeSpan s_detectionTime = TimeSpan.FromSeconds(1);

    internal void BeginDetection(InterfaceAddress address)
    {
        address.IsTentative = true;
        address.Detection = new StackTimer(() => EndDetection(address));
        SendSolicitation(new NeighborSolicitation(address.Address, null), IPNumber.Any(address.Address.Family), address.Address.SolicitedNode, null);
        stack.Timers.Set(address.Detection, stack.Timers.Now + stack.Timers.Ticks(s_detectionTime));
    }

    /// <summary>Nobody has claimed the address, or it goes.</summary>
    internal void EndDetection(InterfaceAddress address)
    {
        address.IsTentative = false;
        if (address.Detection is { } timer)
        {
            stack.Timers.Remove(timer);
            address.Detection = null;
        }
    }

    /// <summary>The address turned out to be another station's, and is not used.</summary>
    private void FailDetection(InterfaceAddress address)
    {
        owner.RemoveUnsynchronized(address.Address);
        owner.Autoconfiguration?.OnDuplicate(address.Address);
    }
}
