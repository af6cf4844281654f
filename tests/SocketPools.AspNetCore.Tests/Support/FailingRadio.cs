using SocketPools.Radios;

namespace SocketPools.AspNetCore.Tests;

/// <summary>The host's radio, whose accepts fail as a test wants.</summary>
internal sealed class FailingRadio
{
    private int _failures;

    internal FailingRadio(int maxSockets = 64) =>
        Radio = new WrappedRadio(new HostNetwork { MaxSockets = maxSockets }, (radio, socket) => new FailingSocket(this, radio, socket));

    internal Radio Radio { get; }

    /// <summary>What accepts answer; None lets them through. A connection that is there stays where it is.</summary>
    internal Errno AcceptFails { get; set; }

    /// <summary>How many accepts in a row are to fail before they are let through; 0 for no end.</summary>
    internal int Times { get; init; }

    internal int Failures => Volatile.Read(ref _failures);

    private sealed class FailingSocket(FailingRadio owner, WrappedRadio radio, RadioSocket inner) : WrappedSocket(radio, inner)
    {
        public override RadioResult TryAccept(out RadioSocket? accepted, out IPSocketAddress remote)
        {
            // Only where there is somebody to accept: the host tells the rest.
            bool mayFail = owner.AcceptFails != Errno.None && (Poll(Readiness.Readable) & Readiness.Readable) != 0;
            if (mayFail && (owner.Times == 0 || owner.Failures < owner.Times))
            {
                Interlocked.Increment(ref owner._failures);
                (accepted, remote) = (null, default);
                return owner.AcceptFails;
            }

            return base.TryAccept(out accepted, out remote);
        }
    }
}
