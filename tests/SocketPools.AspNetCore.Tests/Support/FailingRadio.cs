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
            if (owner.AcceptFails == Errno.None || (owner.Times > 0 && owner.Failures >= owner.Times))
            {
                return base.TryAccept(out accepted, out remote);
            }

            // Only where there is somebody to accept. The host is not asked: somebody may come after the look, and would be let through.
            (accepted, remote) = (null, default);
            if ((Poll(Readiness.Readable) & Readiness.Readable) == 0)
            {
                return Errno.EAGAIN;
            }

            Interlocked.Increment(ref owner._failures);
            return owner.AcceptFails;
        }
    }
}
