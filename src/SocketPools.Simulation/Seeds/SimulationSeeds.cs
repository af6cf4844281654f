using System.Globalization;

namespace SocketPools.Simulation;

/// <summary>The seeds of a sweep, which may be spread over machines.</summary>
/// <remarks>
/// SOCKETPOOL_SIMULATION_SEED leaves one seed. SOCKETPOOL_SIMULATION_SHARD=K/N leaves every N-th seed, K from 1 to N. The same is said by
/// SOCKETPOOL_SIMULATION_SHARD_INDEX, counted from 0, with the number of shards in SOCKETPOOL_SIMULATION_SHARDS. Without these the variables of engines are
/// read: an indexed job of Kubernetes (JOB_COMPLETION_INDEX, with SOCKETPOOL_SIMULATION_SHARDS, because Kubernetes does not provide the number), and an array of
/// Slurm (SLURM_ARRAY_TASK_ID, _MIN, _STEP and _COUNT).
/// </remarks>
public static class SimulationSeeds
{
    private const string SeedVariable = "SOCKETPOOL_SIMULATION_SEED", ShardVariable = "SOCKETPOOL_SIMULATION_SHARD", CountVariable = "SOCKETPOOL_SIMULATION_SHARDS";

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
        return Range(first, last, name => name == ShardVariable ? shard : null);
    }

    internal static IEnumerable<int> Range(int first, int last, Func<string, string?> variable)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(last, first);
        if (Given(variable, SeedVariable) is { } seed)
        {
            return [Number(SeedVariable, seed)];
        }

        (int index, int count) = Shard(variable);
        return Enumerable.Range(0, (int)Math.Min(int.MaxValue, (long)last - first + 1)).Where(i => i % count == index).Select(i => first + i);
    }

    /// <summary>Which shard this is, counted from 0, of how many.</summary>
    private static (int Index, int Count) Shard(Func<string, string?> variable)
    {
        if (Given(variable, ShardVariable) is { } shard)
        {
            string[] parts = shard.Split('/');
            return parts.Length == 2 ? Check(Number($"the shard {shard}", parts[0]) - 1, Number($"the shard {shard}", parts[1])) : throw new FormatException($"\"{shard}\" is no shard: K/N is expected.");
        }

        string? count = Given(variable, CountVariable);
        foreach (string name in (string[])["SOCKETPOOL_SIMULATION_SHARD_INDEX", "JOB_COMPLETION_INDEX"])
        {
            if (Given(variable, name) is { } index)
            {
                return Check(Number(name, index), Number(CountVariable, count ?? throw new FormatException(
                    $"{name} is set, and SOCKETPOOL_SIMULATION_SHARDS is not: set it to the number of shards, or SOCKETPOOL_SIMULATION_SHARD=1/1 to run all seeds here.")));
            }
        }

        if (SlurmNumber(variable, "ID") is { } task && SlurmNumber(variable, "COUNT") is { } tasks)
        {
            return SlurmShard(task, SlurmNumber(variable, "MIN") ?? 0, SlurmNumber(variable, "STEP") ?? 1, tasks);
        }

        return count is null ? (0, 1) : throw new FormatException("SOCKETPOOL_SIMULATION_SHARDS is set, and nothing says which of them this is: set SOCKETPOOL_SIMULATION_SHARD_INDEX.");
    }

    private static int? SlurmNumber(Func<string, string?> variable, string what) =>
        Given(variable, "SLURM_ARRAY_TASK_" + what) is { } text ? Number("SLURM_ARRAY_TASK_" + what, text) : null;

    // --array=1-100:10 has the tasks 1, 11, 21 and so on.
    private static (int Index, int Count) SlurmShard(int task, int first, int step, int count)
    {
        int index = step > 0 && (task - first) % step == 0 ? (task - first) / step : -1;
        return index >= 0 && index < count ? (index, count) : throw new FormatException(
            $"The tasks of this Slurm array are not evenly spaced ({task} is one of {count} from {first}), so its shard is not known: set SOCKETPOOL_SIMULATION_SHARD.");
    }

    private static string? Given(Func<string, string?> variable, string name) => variable(name) is { Length: > 0 } value ? value : null;

    private static (int Index, int Count) Check(int index, int count) =>
        count > 0 && index >= 0 && index < count ? (index, count) : throw new FormatException($"There is no shard {index + 1} of {count}.");

    private static int Number(string name, string text) => int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int number)
        ? number
        : throw new FormatException($"\"{text}\" in {name} is no number of 32 bits.");
}
