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
    private static readonly SemaphoreSlim s_repeating = new(1);
    private static readonly Lazy<Task<Dictionary<string, Transcript>>> s_blocking = new(() => Task.Run(() => RunOurs(SocketCalls.Blocking)));
    private static readonly Lazy<Task<Dictionary<string, Transcript>>> s_async = new(RunAsynchronous);
    private static readonly Lazy<Task<Dictionary<string, Transcript>>> s_theirs = new(() => Task.Run(RunTheirs));

    internal static IReadOnlyList<Case> Cases { get; } =
        [.. CaseFile.ReadAll(Path.Combine(Oracle.Folder, "cases")).Where(c => c.Name.Contains(s_only, StringComparison.Ordinal))];

    /// <summary>Whether a case can be run so: a signal meets only calls that sleep in the kernel.</summary>
    internal static bool Fits(Case one, SocketCalls calls) => calls.WaitsInTheKernel || !one.Steps.Any(s => s.Text.Split(' ') is
        ["signal" or "signal_until_end" or "raise_during", ..]);

    internal static async Task<(Transcript Ours, Transcript Theirs)> Get(string name, SocketCalls calls)
    {
        Task<Dictionary<string, Transcript>> ours = calls == SocketCalls.Blocking ? s_blocking.Value : s_async.Value;
        Task<Dictionary<string, Transcript>> theirs = s_theirs.Value;
        return ((await ours)[name], (await theirs)[name]);
    }

    /// <summary>One case once more on both sides, with none of the others beside it.</summary>
    internal static async Task<(Transcript Ours, Transcript Theirs)> Repeat(Case one, SocketCalls calls)
    {
        await s_repeating.WaitAsync();
        try
        {
            return await Task.Run(() => (RunOne(one, calls), AskTheirs(one.Name).Single(t => t.Name == one.Name)));
        }
        finally
        {
            s_repeating.Release();
        }
    }

    private static Dictionary<string, Transcript> RunTheirs() => AskTheirs(s_only).ToDictionary(t => t.Name);

    private static Transcript[] AskTheirs(string part) => Oracle.Ask<Transcript[]>("cases", Path.Combine(Oracle.Folder, "cases"), part);

    /// <summary>After the others: the cases measure time, and are many at once already.</summary>
    private static async Task<Dictionary<string, Transcript>> RunAsynchronous()
    {
        await s_blocking.Value;
        return await Task.Run(() => RunOurs(SocketCalls.Asynchronous));
    }

    private static Dictionary<string, Transcript> RunOurs(SocketCalls calls)
    {
        ConcurrentDictionary<string, Transcript> transcripts = [];
        ConcurrentQueue<Case> left = new(Cases.Where(c => Fits(c, calls)));
        Thread[] workers = [.. Enumerable.Range(0, AtOnce).Select(_ => new Thread(() =>
        {
            while (left.TryDequeue(out Case? next))
            {
                transcripts[next.Name] = RunOne(next, calls);
            }
        }))];
        Array.ForEach(workers, w => w.Start());
        Array.ForEach(workers, w => w.Join());
        return transcripts.ToDictionary();
    }

    /// <summary>Each case has a thread of its own: a network namespace belongs to a thread, and a case may hang.</summary>
    private static Transcript RunOne(Case one, SocketCalls calls)
    {
        List<string> answers = [];
        string? broken = null;
        Thread thread = new(() =>
        {
            try
            {
                Networks.Enter(one.Network);
                using CaseRunner runner = new(calls);
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
