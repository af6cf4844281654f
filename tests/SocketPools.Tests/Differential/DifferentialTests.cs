using System.Text;

namespace SocketPools.Tests.Differential;

/// <summary>One test for each case: CPython's socket and ours answer the same, or differ as declared.</summary>
public sealed class DifferentialTests
{
    public static IEnumerable<TheoryDataRow<string>> Rows =>
        CaseRuns.Cases.Select(c => new TheoryDataRow<string>(c.Name) { TestDisplayName = c.Name, Timeout = 240_000 });

    public static IEnumerable<TheoryDataRow<string>> AsyncRows => CaseRuns.Cases
        .Where(c => CaseRuns.Fits(c, SocketCalls.Asynchronous))
        .Select(c => new TheoryDataRow<string>(c.Name) { TestDisplayName = $"{c.Name} (asynchronous)", Timeout = 240_000 });

    [Theory]
    [MemberData(nameof(Rows))]
    public Task Sockets_behave_as_those_of_CPython(string name) => Compare(name, SocketCalls.Blocking);

    [Theory]
    [MemberData(nameof(AsyncRows))]
    public Task Asynchronous_calls_behave_as_the_blocking_ones_of_CPython(string name) => Compare(name, SocketCalls.Asynchronous);

    private static async Task Compare(string name, SocketCalls calls)
    {
        Assert.SkipWhen(Oracle.Absence is not null, Oracle.Absence ?? "");
        Case one = CaseRuns.Cases.Single(c => c.Name == name);
        (Transcript ours, Transcript theirs) = await CaseRuns.Get(name, calls);
        Assert.SkipWhen(theirs.Skipped is not null, theirs.Skipped ?? "");

        // Some steps are limits of time, which a busy machine misses on either side: a fault must show again, on both sides run anew.
        string? fault = Judge(one, ours, theirs);
        for (int attempt = 0; attempt < 2 && fault is not null; attempt++)
        {
            (ours, theirs) = await CaseRuns.Repeat(one, calls);
            fault = Judge(one, ours, theirs);
        }

        Assert.True(fault is null, fault);
    }

    private static string? Judge(Case one, Transcript ours, Transcript theirs)
    {
        string table = Draw(one, ours, theirs, out bool agrees, out bool differs);
        return theirs.Broken is not null ? $"CPython's side is broken: {theirs.Broken}\n{table}"
            : ours.Broken is not null ? $"Our side is broken: {ours.Broken}\n{table}"
            : !agrees ? table
            : differs != one.Difference is not null ? $"A case has a key (\"differs KEY: reason\") if and only if it differs:\n{table}"
            : null;
    }

    /// <summary>Both transcripts side by side; a wrong line is marked with "!", a declared difference with "~".</summary>
    private static string Draw(Case one, Transcript ours, Transcript theirs, out bool agrees, out bool differs)
    {
        (agrees, differs) = (true, false);
        StringBuilder table = new($"\n{one.Name}\n");
        for (int i = 0; i < one.Steps.Count; i++)
        {
            CaseStep step = one.Steps[i];
            string mine = i < ours.Answers.Length ? ours.Answers[i] : "(not reached)";
            string cpython = i < theirs.Answers.Length ? theirs.Answers[i] : "(not reached)";
            bool other = mine != cpython;
            bool right = step.Ours is null ? !other : other && mine == step.Ours; // a difference must not have disappeared
            (agrees, differs) = (agrees && right, differs || other);
            table.Append(!right ? '!' : other ? '~' : ' ').Append($" {step.Text,-50}  CPython: {cpython,-40}  ours: {mine}\n");
        }

        agrees &= ours.Answers.Length <= one.Steps.Count;
        return table.ToString();
    }
}
