namespace SocketPools.Simulation.Conducting;

/// <summary>Workers of the thread pool that block, by the system's numbers of their threads, with how often each has run. Linux tells these.</summary>
/// <remarks>
/// A thread that a worker has started has its name, too, until it is given another one. It never takes work, and is only known as none of the workers
/// when it has run meanwhile. Until then all have to be as they were, which at worst takes the longer way once more.
/// </remarks>
internal sealed class BlockedWorkers
{
    private const string Tasks = "/proc/self/task";

    // The name that the runtime gives to the pool's workers.
    private const string WorkerName = ".NET TP Worker\n";

    private static readonly TimeSpan s_probeTimeout = TimeSpan.FromMilliseconds(500);

    private static readonly HashSet<string> s_others = [];

    private readonly Dictionary<string, string> _switches;

    private BlockedWorkers(int count, Dictionary<string, string> switches)
    {
        Count = count;
        _switches = switches;
    }

    internal static BlockedWorkers None { get; } = new(0, []);

    /// <summary>How many workers block.</summary>
    internal int Count { get; }

    /// <summary>Whether all of them have blocked ever since they were found.</summary>
    internal bool AreUnchanged() => _switches.All(IsUnchanged);

    /// <summary>Whether no worker of the pool runs now. Where the system does not tell, the processor's time of the process does.</summary>
    internal static bool DoNothing(TimeSpan used, TimeSpan during) => OperatingSystem.IsLinux() ? Workers().All(worker => StateOf(worker) == 'S') : used < during / 5;

    /// <summary>Finds out who blocks: all workers but those that take work now.</summary>
    /// <param name="count">How many block.</param>
    /// <param name="before">Those that were found the last time.</param>
    /// <returns>These, or none where they cannot be told from others.</returns>
    internal static BlockedWorkers Find(int count, BlockedWorkers before)
    {
        if (!OperatingSystem.IsLinux())
        {
            return None;
        }

        string[] all = [.. Workers()];
        int threads = ThreadPool.ThreadCount, idle = threads - count;

        HashSet<string> free = [];
        if (idle > 0)
        {
            // Each idle worker takes one, because it keeps it until all have one. The minimum is how many may work at once; whoever begins the
            // simulation sets it anew, and in the end back.
            ThreadPool.GetMinThreads(out int minimum, out int ports);
            ThreadPool.SetMinThreads(Math.Max(minimum, threads), ports);
            using ManualResetEventSlim release = new();
            using CountdownEvent taken = new(idle), left = new(idle);
            for (int i = 0; i < idle; i++)
            {
                ThreadPool.UnsafeQueueUserWorkItem(
                    _ =>
                    {
                        lock (free)
                        {
                            free.Add(CurrentThread());
                        }

                        taken.Signal();
                        release.Wait();
                        left.Signal();
                    },
                    null);
            }

            taken.Wait(s_probeTimeout);
            release.Set();
            left.Wait();
        }
        else if (idle < 0)
        {
            return None;
        }

        // What takes no work although it was here before, and has run since, is no worker.
        s_others.UnionWith(before._switches.Where(worker => !IsUnchanged(worker)).Select(worker => worker.Key).Intersect(all).Except(free));
        string[] blocked = [.. all.Except(free).Except(s_others)];
        return free.Count == idle && blocked.Length >= count ? new BlockedWorkers(count, blocked.ToDictionary(worker => worker, SwitchesOf)) : None;
    }

    private static bool IsUnchanged(KeyValuePair<string, string> worker) => SwitchesOf(worker.Key) == worker.Value;

    private static IEnumerable<string> Workers() => Directory.EnumerateDirectories(Tasks).Where(task => Read(task + "/comm") == WorkerName).Select(task => Path.GetFileName(task)!);

    private static string CurrentThread() => Path.GetFileName(File.ResolveLinkTarget("/proc/thread-self", returnFinalTarget: false)?.FullName ?? "");

    // "17 (name) S 1 ...": the name may have anything in it.
    private static char StateOf(string worker)
    {
        string stat = Read($"{Tasks}/{worker}/stat");
        int end = stat.LastIndexOf(") ", StringComparison.Ordinal);
        return end < 0 ? 'S' : stat[end + 2];
    }

    private static string SwitchesOf(string worker) =>
        string.Join(' ', Read($"{Tasks}/{worker}/status").Split('\n').Where(line => line.Contains("ctxt_switches", StringComparison.Ordinal)));

    // Empty for a thread that has ended.
    private static string Read(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (IOException)
        {
            return "";
        }
    }
}
