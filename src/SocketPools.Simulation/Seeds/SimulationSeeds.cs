using System.Globalization;

namespace SocketPools.Simulation;

/// <summary>The seeds of a sweep, which may be spread over machines.</summary>
/// <remarks>
/// SOCKETPOOL_SIMULATION_SEED leaves one seed. SOCKETPOOL_SIMULATION_SHARD=K/N leaves every N-th seed, K from 1 to N. Without it a Slurm array
/// (SLURM_ARRAY_TASK_ID, _MIN, _COUNT) and an indexed job of Kubernetes (JOB_COMPLETION_INDEX, with SOCKETPOOL_SIMULATION_SHARDS for the number of
/// them) tell the shard.
/// </remarks>
public static class SimulationSeeds
{
    /// <summary>The seeds of a range that this machine runs.</summary>
    /// <param name="first">The first seed.</param>
    /// <param name="last">The last seed, <paramref name="first"/> or more.</param>
    /// <exception cref="FormatException">A variable of the environment cannot be read.</exception>
    public static IEnumerable<int> Range(int first, int last)
    {
        return Range(first, last, Environment.GetEnvironmentVariable);
    }

    /// <summary>The seeds of a range that one of several machines runs, whatever the environment says.</summary>
    /// <param name="first">The first seed.</param>
    /// <param name="last">The last seed, <paramref name="first"/> or more.</param>
    /// <param name="shard">K/N for every N-th seed, K from 1 to N.</param>
    /// <exception cref="FormatException">It is no shard.</exception>
    public static IEnumerable<int> Range(int first, int last, string shard)
    {
        ArgumentException.ThrowIfNullOrEmpty(shard);
        return Range(first, last, name => name == "SOCKETPOOL_SIMULATION_SHARD" ? shard : null);
    }

    internal static IEnumerable<int> Range(int first, int last, Func<string, string?> variable)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(last, first);
        if (variable("SOCKETPOOL_SIMULATION_SEED") is { Length: > 0 } seed)
        {
            return [Number(seed)];
        }

        (int index, int count) = Shard(variable);
        return Enumerable.Range(0, (int)Math.Min(int.MaxValue, (long)last - first + 1)).Where(i => i % count == index).Select(i => first + i);
    }

    /// <summary>Which shard this is, counted from 0, of how many.</summary>
    private static (int Index, int Count) Shard(Func<string, string?> variable)
    {
        if (variable("SOCKETPOOL_SIMULATION_SHARD") is { Length: > 0 } shard)
        {
            string[] parts = shard.Split('/');
            return parts.Length == 2 ? Check(Number(parts[0]) - 1, Number(parts[1])) : throw new FormatException($"\"{shard}\" is no shard: K/N is expected.");
        }

        if (variable("SLURM_ARRAY_TASK_ID") is { Length: > 0 } task && variable("SLURM_ARRAY_TASK_COUNT") is { Length: > 0 } tasks)
        {
            return Check(Number(task) - Number(variable("SLURM_ARRAY_TASK_MIN") ?? "0"), Number(tasks));
        }

        return variable("JOB_COMPLETION_INDEX") is { Length: > 0 } index && variable("SOCKETPOOL_SIMULATION_SHARDS") is { Length: > 0 } shards
            ? Check(Number(index), Number(shards))
            : (0, 1);
    }

    private static (int Index, int Count) Check(int index, int count) =>
        count > 0 && index >= 0 && index < count ? (index, count) : throw new FormatException($"There is no shard {index + 1} of {count}.");

    private static int Number(string text) =>
        int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int number) ? number : throw new FormatException($"\"{text}\" is no number.");
}
