namespace SocketPools.Simulation.Network;

/// <summary>What a network needs of its simulation.</summary>
internal interface INetworkHost
{
    int Seed { get; }

    SimulationOptions Options { get; }

    SimulatedClock TimeProvider { get; }

    EventLog Log { get; }

    IDisposable In(TimeSpan delay, Action action);

    Task DelayAsync(TimeSpan delay, CancellationToken cancellationToken);

    Task RunBlocking(string name, Action body);
}
