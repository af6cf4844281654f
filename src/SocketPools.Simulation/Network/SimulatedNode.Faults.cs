using SocketPools.Simulation.Clock;
using SocketPools.Simulation.Faults;
using SocketPools.Simulation.Links;
using SocketPools.Simulation.Packets;

namespace SocketPools.Simulation;

// Faults of a node itself.
public partial class SimulatedNode
{
    private readonly NodeClock _clock;

    /// <summary>
    /// The node's clock, which its stack runs by: for programs that take a <see cref="System.TimeProvider"/>. It is the simulation's, unless a rule
    /// changes it.
    /// </summary>
    public TimeProvider TimeProvider => _clock;

    /// <summary>Lets the node's clock run fast or slow: its stack's timers and <see cref="TimeProvider"/>.</summary>
    /// <param name="partsPerMillion">How much faster it is than the right one: -999,999 or more; crystals have up to 100, 1,000,000 is twice as fast.</param>
    /// <returns>Disposing it makes the clock run right again; what it is ahead or behind stays.</returns>
    public FaultRule SkewClock(double partsPerMillion)
    {
        if (!double.IsFinite(partsPerMillion) || partsPerMillion is < -999_999 or > 1e9)
        {
            throw new ArgumentOutOfRangeException(nameof(partsPerMillion), partsPerMillion, "Not -999,999..1e9.");
        }

        return Network.Faults.AddState(
            FormattableString.Invariant($"{Name}: clock runs at {partsPerMillion:+0.###;-0.###;0} ppm"), () => _clock.SetRate(1 + (partsPerMillion / 1e6)), () => _clock.SetRate(1));
    }

    /// <summary>Sets the date of the node's clock forward, or back; timers and time-outs are not moved.</summary>
    /// <param name="offset">How far.</param>
    /// <returns>Disposing it sets the date right again.</returns>
    public FaultRule StepClock(TimeSpan offset) =>
        Network.Faults.AddState($"{Name}: clock is set by {offset}", () => _clock.Offset += offset, () => _clock.Offset -= offset);

    /// <summary>
    /// Lets the node sleep: what is sent to it is lost, its timers stand still, and only the date goes on. When it wakes up its connections are half open
    /// where the peers have given up.
    /// </summary>
    /// <returns>Disposing it wakes the node up.</returns>
    /// <remarks>Programs that wait by the simulation's clock or by the runtime's timers go on; those that wait for sockets or by <see cref="TimeProvider"/> sleep.</remarks>
    public FaultRule Sleep()
    {
        SwitchPort? port = null;
        return Network.Faults.AddState(
            $"{Name}: sleeps",
            () =>
            {
                port = _port;
                _clock.SetAsleep(true);
                port?.SetDeaf(true);
            },
            () =>
            {
                port?.SetDeaf(false);
                _clock.SetAsleep(false);
            });
    }

    /// <summary>
    /// Makes peers see a program that reads slowly: windows of the node's TCP connections close when more has arrived than would have been read, and open again
    /// as time goes on. The programs of the node get the data at once.
    /// </summary>
    /// <param name="bytesPerSecond">How fast each connection is read, 1 or more.</param>
    /// <returns>Disposing it lets the windows open.</returns>
    public FaultRule ReadSlowly(long bytesPerSecond)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(bytesPerSecond, 1);
        return Network.At(this).Add(new SlowReading(Name, bytesPerSecond, frame => _port?.Send(new CarriedFrame(frame, Name))));
    }
}
