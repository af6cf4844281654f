using System.Diagnostics.CodeAnalysis;
using System.Net.NetworkInformation;
using SocketPools.Stack.Buffers;

namespace SocketPools.Stack.Links;

/// <summary>
/// A link that wraps another one and owns it. It passes everything on; derived classes such as <see cref="FaultyLink"/> change parts of it.
/// </summary>
public abstract class DelegatingLink : ILink
{
    /// <summary>Creates a link that passes everything to another link.</summary>
    /// <param name="inner">The link, which is disposed with this one. From now on only this object may use it.</param>
    protected DelegatingLink(ILink inner)
    {
        ArgumentNullException.ThrowIfNull(inner);
        Inner = inner;
    }

    /// <inheritdoc/>
    public string Name => Inner.Name;

    /// <inheritdoc/>
    public LinkMedium Medium => Inner.Medium;

    /// <inheritdoc/>
    public int Mtu => Inner.Mtu;

    /// <inheritdoc/>
    public PhysicalAddress HardwareAddress => Inner.HardwareAddress;

    /// <summary>
    /// Those of the link inside, but for <see cref="LinkOffloads.DatagramSegmentation"/>: so a derived class sees each datagram as a frame. One that
    /// can handle packets of several datagrams returns those of the link inside.
    /// </summary>
    public virtual LinkOffloads Offloads => Inner.Offloads & ~LinkOffloads.DatagramSegmentation;

    /// <inheritdoc/>
    public virtual bool HasCarrier => Inner.HasCarrier;

    /// <inheritdoc/>
    public virtual Action? FrameAvailable
    {
        get => Inner.FrameAvailable;
        set => Inner.FrameAvailable = value;
    }

    /// <summary>Who knows which socket a frame belongs to: the stack above. Passed on to links that are middleware, too.</summary>
    internal virtual IPacketLabeler? Namer
    {
        get => (Inner as DelegatingLink)?.Namer;
        set
        {
            if (Inner is DelegatingLink around)
            {
                around.Namer = value;
            }
        }
    }

    /// <summary>Gets the link that this one wraps.</summary>
    protected ILink Inner { get; }

    /// <summary>The link that all middleware stands around.</summary>
    internal static ILink Innermost(ILink link)
    {
        while (link is DelegatingLink around)
        {
            link = around.Inner;
        }

        return link;
    }

    /// <inheritdoc/>
    public virtual bool TrySend(Frame frame) => Inner.TrySend(frame);

    /// <inheritdoc/>
    public virtual bool TryReceive([NotNullWhen(true)] out Frame? frame) => Inner.TryReceive(out frame);

    /// <summary>Closes the link inside too.</summary>
    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Closes the link that this one wraps.</summary>
    /// <param name="disposing">True: there is no finalizer.</param>
    protected virtual void Dispose(bool disposing)
    {
        if (disposing)
        {
            Inner.Dispose();
        }
    }
}

/// <summary>Says which socket a frame belongs to. Called without any lock of a link's.</summary>
internal interface IPacketLabeler
{
    /// <summary>The longest name, in bytes.</summary>
    const int MaxLength = 200;

    /// <summary>Writes the name of the frame's socket, or why there is none.</summary>
    /// <param name="link">The link that the stack knows: the outermost one.</param>
    /// <param name="frame">The frame as it is on the link.</param>
    /// <param name="isOutbound">Whether it is sent.</param>
    /// <param name="text">Takes the name in UTF-8.</param>
    /// <returns>The name's length; 0 for none.</returns>
    int Name(ILink link, Frame frame, bool isOutbound, Span<byte> text);
}
