namespace SocketPools.Simulation.Conducting;

/// <summary>The number of the thread pool's workers, taken over for a simulation and given back afterwards.</summary>
internal sealed class ThreadPoolLimits
{
    private readonly int _minWorkers;
    private readonly int _minPorts;
    private readonly int _maxWorkers;
    private readonly int _maxPorts;

    internal ThreadPoolLimits()
    {
        ThreadPool.GetMinThreads(out _minWorkers, out _minPorts);
        ThreadPool.GetMaxThreads(out _maxWorkers, out _maxPorts);
    }

    /// <summary>Workers that have something to do, or are being called to something.</summary>
    internal static int Busy
    {
        get
        {
            ThreadPool.GetMaxThreads(out int max, out _);
            ThreadPool.GetAvailableThreads(out int available, out _);
            return max - available;
        }
    }

    /// <summary>Sets both limits, so that the pool neither adds nor takes away a worker of its own accord.</summary>
    internal void Set(int workers)
    {
        ThreadPool.GetMaxThreads(out int max, out _);
        bool isSet = workers > max
            ? ThreadPool.SetMaxThreads(workers, _maxPorts) && ThreadPool.SetMinThreads(workers, _minPorts)
            : ThreadPool.SetMinThreads(workers, _minPorts) && ThreadPool.SetMaxThreads(workers, _maxPorts);
        if (!isSet)
        {
            throw new InvalidOperationException(
                $"The thread pool refuses to have {workers} workers. Its limits are fixed by the project (ThreadPoolMinThreads, ThreadPoolMaxThreads), by runtimeconfig.json, or by DOTNET_ThreadPool_ variables.");
        }
    }

    internal void Restore()
    {
        ThreadPool.SetMaxThreads(_maxWorkers, _maxPorts);
        ThreadPool.SetMinThreads(_minWorkers, _minPorts);
    }
}
