using System.Collections.Concurrent;

namespace SocketPools.Tests.Differential;

/// <summary>
/// Runs all cases once on both sides, many at a time, because most of them wait; the tests then compare. The variable
/// DIFFERENTIAL_ONLY limits both sides to the cases whose names contain it.
/// </summary>
internal static class CaseRuns
{
    private const int AtOnce = 12;
    private static readonly TimeSpan s_watchdog = TimeSpan.FromSeconds(20);
    private static readonly string s_only = Environment.GetEnvironmentVariable("DIFFERENTIAL_ONLY") ?? "";
    private static readonly Lazy<Task<Dictionary<string, Transcript>>> s_ours = new(() => Task.Run(RunOurs));
    private static readonly Lazy<Task<Dictionary<string, Transcript>>> s_theirs = new(() => Task.Run(RunTheirs));

    internal static IReadOnlyList<Case> Cases { get; } =
        [.. CaseFile.ReadAll(Path.Combine(Oracle.Folder, "cases")).Where(c => c.Name.Contains(s_only, StringComparison.Ordinal))];

    internal static async Task<(Transcript Ours, Transcript Theirs)> Get(string name)
    {
        Task<Dictionary<string, Transcript>> ours = s_ours.Value;
        Task<Dictionary<string, Transcript>> theirs = s_theirs.Value;
        return ((await ours)[name], (await theirs)[name]);
    }

    private static Dictionary<string, Transcript> RunTheirs() =>
        Oracle.Ask<Transcript[]>("cases", Path.Combine(Oracle.Folder, "cases"), s_only).ToDictionary(t => t.Name);

    private static Dictionary<string, Transcript> RunOurs()
    {
        ConcurrentDictionary<string, Transcript> transcripts = [];
        ConcurrentQueue<Case> left = new(Cases);
        Thread[] workers = [.. Enumerable.Range(0, AtOnce).Select(_ => new Thread(() =>
        {
            while (left.TryDequeue(out Case? next))
            {
                transcripts[next.Name] = RunOne(next);
            }
        }))];
        Array.ForEach(workers, w => w.Start());
        Array.ForEach(workers, w => w.Join());
        return transcripts.ToDictionary();
    }

    /// <summary>Each case has a thread of its own: a network namespace belongs to a thread, and a case may hang.</summary>
    private static Transcript RunOne(Case one)
    {
        List<string> answers = [];
        string? broken = null;
        Thread thread = new(() =>
        {
            try
            {
                Networks.Enter(one.Network);
                using CaseRunner runner = new();
                foreach (CaseStep step in one.Steps)
                {
                    answers.Add(runner.Run(step.Text));
                }
            }
            catch (Exception e)
            {
                broken = $"{e}";
            }
        })
        { IsBackground = true };
        thread.Start();
        return thread.Join(s_watchdog)
            ? new Transcript(one.Name, [.. answers], broken)
            : new Transcript(one.Name, [.. answers.ToArray(), "hangs"]);
    }
}
