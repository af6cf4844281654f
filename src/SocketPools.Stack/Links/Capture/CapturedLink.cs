using System.Net.NetworkInformation;

namespace SocketPools.Stack.Links;

/// <summary>A link whose frames are written to a file, as it was when it was added.</summary>
internal sealed class CapturedLink(ILink link, int snapLength)
{
    internal string Name { get; } = link.Name;

    internal LinkMedium Medium { get; } = link.Medium;

    internal PhysicalAddress HardwareAddress { get; } = link.HardwareAddress;

    internal bool IsLoopback { get; } = DelegatingLink.Innermost(link) is LoopbackLink;

    internal int SnapLength => snapLength;

    /// <summary>Its number in the file; -1 before its first frame.</summary>
    internal int Number { get; set; } = -1;
}
