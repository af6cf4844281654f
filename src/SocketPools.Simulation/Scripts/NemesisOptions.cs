namespace SocketPools.Simulation;

/// <summary>Bounds of random faults: the argument of <see cref="Simulation.StartNemesis"/>.</summary>
public sealed class NemesisOptions
{
    /// <summary>How long faults may be in force in all; when it is over everything is healed. The default is one minute.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Not positive.</exception>
    public TimeSpan Duration { get; init => field = Positive(value); } = TimeSpan.FromMinutes(1);

    /// <summary>How many faults there are, 1..1000.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Not 1..1000.</exception>
    public int Faults
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1);
            ArgumentOutOfRangeException.ThrowIfGreaterThan(value, 1000);
            field = value;
        }
    } = 10;

    /// <summary>The longest time that one fault lasts; the default is 10 s.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Not positive.</exception>
    public TimeSpan MaxFaultDuration { get; init => field = Positive(value); } = TimeSpan.FromSeconds(10);

    /// <summary>The nodes and routers that faults happen to; null for all but DNS servers.</summary>
    public IReadOnlyList<SimulatedDevice>? Devices { get; init; }

    /// <summary>Whether nodes and routers may lose their power, so that programs start again.</summary>
    public bool Crashes { get; init; } = true;

    private static TimeSpan Positive(TimeSpan value)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(value, TimeSpan.Zero);
        return value;
    }
}
