using SocketPools.Simulation.Packets;

namespace SocketPools.Simulation.Routing;

/// <summary>What becomes of a packet for an address of the router's.</summary>
internal enum NatVerdict
{
    /// <summary>It is for the router itself.</summary>
    Local,
    /// <summary>It was translated, and goes to a host.</summary>
    Translated,
    /// <summary>It is dropped.</summary>
    Drop,
}

/// <summary>Address translation between the inside and the outside of a router.</summary>
internal interface INatTranslator
{
    /// <summary>Translates a packet for one of the router's own addresses, if it belongs to a host inside.</summary>
    NatVerdict TranslateInbound(RouterPort arrival, in IPPacket packet);

    /// <summary>Translates a packet that leaves by a port, if it goes from inside to outside. False: it is dropped.</summary>
    bool TranslateOutbound(RouterPort arrival, RouterPort departure, in IPPacket packet);

    /// <summary>Whether a port is on the outside.</summary>
    bool IsOutside(RouterPort port);

    /// <summary>Forgets all mappings.</summary>
    void Clear();
}
