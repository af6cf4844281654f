using SocketPools.Stack.Core;
using SocketPools.Stack.Interfaces;
using SocketPools.Stack.Wire;

namespace SocketPools.Stack.Icmp;

// Whether an address is free: duplicate address detection (RFC 4862, section 5.4).
internal sealed partial class NeighborDiscovery
{
    // RFC 4861, section 10: RETRANS_TIMER; RFC 4862: DupAddrDetectTransmits is 1.
    private static readonly TimeSpan s_detectionTime = TimeSpan.FromSeconds(1);

    internal void BeginDetection(InterfaceAddress address)
    {
        address.IsTentative = true;
        address.Detection = new StackTimer(() => EndDetection(address));
        address.Nonce = (ulong)stack.Random.NextInt64() & NdOptions.NonceMask;
        NeighborSolicitation question = new(address.Address, null) { Nonce = address.Nonce };
        SendSolicitation(question, IPAddressValue.Any(address.Address.Family), address.Address.SolicitedNode, null);
        stack.Timers.Set(address.Detection, stack.Timers.Now + stack.Timers.Ticks(s_detectionTime));
    }

    /// <summary>No other host has claimed the address, or it is removed.</summary>
    internal void EndDetection(InterfaceAddress address)
    {
        address.IsTentative = false;
        if (address.Detection is { } timer)
        {
            stack.Timers.Remove(timer);
            address.Detection = null;
        }
    }

    /// <summary>
    /// RFC 7527, section 4.2: a medium that brings frames back, as multicast sockets do, brings back this question, too. That says
    /// nothing of other stations; a question of another station carries another number or none.
    /// </summary>
    private static bool IsOwnQuestion(InterfaceAddress address, in NeighborView view) =>
        view.Options.TryFindNonce(out ulong nonce) && nonce == address.Nonce;

    /// <summary>The address turned out to be another station's, and is not used.</summary>
    private void FailDetection(InterfaceAddress address) => Observer?.OnDuplicate(address.Address);
}
