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

    /// <summary>Says whether the thread sleeps in the system, for threads whose state .NET does not see. Null: .NET is asked.</summary>
    public Func<bool>? Sleeps
    {
        get => _participant.Sleeps;
        set => _participant.Sleeps = value;
    }

    /// <summary>The calling thread takes the place, and waits for its turn.</summary>
    public void Enter() => _conductor.Enter(_participant);

    /// <summary>The calling thread takes part no longer, and others go on. A place that no thread has taken is given up.</summary>
    public void Leave() => _conductor.Leave(_participant);
}
