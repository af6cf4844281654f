using System.Diagnostics.CodeAnalysis;
using System.Net.NetworkInformation;
using SocketPools.Stack.Buffers;

namespace SocketPools.Stack.Links;

/// <summary>A link around another one, which it owns: passes everything on, until a derived class does more.</summary>
public abstract class LinkMiddleware : ILink
{
    /// <summary>Wraps a link.</summary>
    /// <param name="inner">The link, which is disposed with this one. Nobody else uses it any more.</param>
    protected LinkMiddleware(ILink inner)
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

    /// <inheritdoc/>
    public virtual LinkOffloads Offloads => Inner.Offloads;

    /// <inheritdoc/>
    public virtual Action? Woken
    {
        get => Inner.Woken;
        set => Inner.Woken = value;
    }

    /// <summary>The link inside.</summary>
    protected ILink Inner { get; }

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

    /// <summary>Closes the link inside.</summary>
    /// <param name="disposing">True: there is no finalizer.</param>
    protected virtual void Dispose(bool disposing)
    {
        if (disposing)
        {
            Inner.Dispose();
        }
    }
}
