using System.Net.Sockets;
using SocketPools.Radios;
using SocketPools.Stack.Core;
using SocketPools.Stack.Interfaces;

namespace SocketPools.Stack.Sockets;

/// <summary>What the sockets of a stack have in common: the gate, the waits, the end. Kinds fill in what is theirs.</summary>
internal abstract class StackSocket : RadioSocket
{
    protected const Readiness Everything = Readiness.Readable | Readiness.Writable | Readiness.Error | Readiness.HangUp;

    private readonly StackRadio _radio;
    private readonly SocketWaits _waits;

    protected StackSocket(StackRadio radio, AddressFamily family)
    {
        _radio = radio;
        Family = family;
        lock (radio.Network.Gate)
        {
            radio.Network.OpenSockets++;
        }

        _waits = new SocketWaits(radio.Network, interest => IsClosed ? Everything : AskUnsynchronized(interest));
    }

    public override Radio Radio => _radio;

    public override AddressFamily Family { get; }

    protected NetworkStack Network => _radio.Network;

    protected StackRadio Station => _radio;

    protected bool IsClosed { get; private set; }

    public override RadioResult SetNonBlocking(bool nonBlocking)
    {
        lock (Network.Gate)
        {
            return IsClosed ? Errno.EBADF : RadioResult.Ok;
        }
    }

    public override Readiness Poll(Readiness interest)
    {
        lock (Network.Gate)
        {
            return IsClosed ? Everything : AskUnsynchronized(interest);
        }
    }

    public override RadioResult Wait(Readiness interest, in Deadline deadline) => _waits.Wait(interest, deadline);

    public override ValueTask<RadioResult> WaitAsync(Readiness interest, CancellationToken cancellationToken) =>
        _waits.WaitAsync(interest, cancellationToken);

    public override void Close()
    {
        lock (Network.Gate)
        {
            if (IsClosed)
            {
                return;
            }

            IsClosed = true;
            Network.OpenSockets--;
            EndUnsynchronized();
            _waits.CloseUnsynchronized();
        }

        Network.DriveIfNeeded();
    }

    /// <summary>What the open socket is ready for. With the gate held.</summary>
    protected abstract Readiness AskUnsynchronized(Readiness interest);

    /// <summary>The socket has just been closed. With the gate held.</summary>
    protected abstract void EndUnsynchronized();

    /// <summary>Something has come, or has changed: whoever waits looks. With the gate held.</summary>
    protected void ChangedUnsynchronized() => _waits.ChangedUnsynchronized();

    /// <summary>The interface that the scope of a link-local address names (RFC 4007); null without a scope.</summary>
    protected StackInterface? ScopeOf(in IPSocketAddress address) => Network.InterfaceOf((int)address.ScopeId);
}
