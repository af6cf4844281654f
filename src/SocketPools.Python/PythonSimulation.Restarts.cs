using SocketPools.Simulation;

namespace SocketPools.Python;

// Nodes that rules start again: Python starts their programs.
internal sealed unsafe partial class PythonSimulation
{
    private readonly Queue<string> _restarts = new();
    private readonly HashSet<SimulatedNode> _watched = [];
    private SemaphoreSlim? _restartSignal;
    private bool _isQuiet;

    /// <summary>From now on restarts of all nodes are noted, and wake who waits for the signal.</summary>
    internal void WatchRestarts(SemaphoreSlim signal)
    {
        _restartSignal = signal;
        foreach (SimulatedNode node in Network.Nodes)
        {
            if (_watched.Add(node))
            {
                node.Restarted += NoteRestart;
            }
        }
    }

    /// <summary>The nodes that were started again since.</summary>
    internal IReadOnlyList<string> TakeRestarts()
    {
        lock (_restarts)
        {
            string[] names = [.. _restarts];
            _restarts.Clear();
            return names;
        }
    }

    /// <summary>Starts a node again whose programs the caller starts.</summary>
    internal void RestartQuietly(SimulatedNode node)
    {
        _isQuiet = true;
        try
        {
            node.Restart();
        }
        finally
        {
            _isQuiet = false;
        }
    }

    private void NoteRestart(SimulatedNode node)
    {
        if (_isQuiet)
        {
            return;
        }

        lock (_restarts)
        {
            _restarts.Enqueue(node.Name);
        }

        Session.Wake(_restartSignal!);
    }
}
