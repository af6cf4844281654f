using SocketPools.Simulation.Conducting;

namespace SocketPools.Simulation;

/// <summary>The place of a thread in a <see cref="SimulationSession"/>.</summary>
public sealed class SimulationThread
{
    private readonly Conductor _conductor;
    private readonly Participant _participant;

    internal SimulationThread(Conductor conductor, Participant participant)
    {
        _conductor = conductor;
        _participant = participant;
    }

    /// <summary>The thread's name, for reports.</summary>
    public string Name => _participant.Name;

    /// <summary>Gets or sets a function that returns whether the thread sleeps in the system. Null uses the state that .NET reports.</summary>
    public Func<bool>? Sleeps
    {
        get => _participant.Sleeps;
        set => _participant.Sleeps = value;
    }

    /// <summary>The calling thread takes the place, and waits for its turn.</summary>
    public void Enter() => _conductor.Enter(_participant);

    /// <summary>Ends the part of the calling thread, and others go on. A place that no thread took is given up.</summary>
    public void Leave() => _conductor.Leave(_participant);
}
