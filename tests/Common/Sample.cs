using System.Collections.Concurrent;

namespace SocketPools.Tests.Common;

/// <summary>A program of <c>samples</c>: built once for all tests of an assembly, and run as a reader runs it.</summary>
internal static class Sample
{
    private static readonly ConcurrentDictionary<string, Lazy<Task<ProgramRun.Result>>> s_builds = new();

    /// <summary>Runs a sample to its end. The test has to have the trait "Speed=Slow": the sample is compiled.</summary>
    /// <param name="name">The name of its file, without <c>.cs</c>.</param>
    /// <param name="arguments">What its command line has after <c>--</c>.</param>
    internal static async Task<ProgramRun.Result> RunAsync(string name, params string[] arguments)
    {
        await BuildAsync(name);
        return await ProgramRun.RunAsync("dotnet", Command(name, arguments));
    }

    /// <summary>Runs a sample, which has to succeed, and returns what it writes.</summary>
    internal static async Task<string> OutputAsync(string name, params string[] arguments)
    {
        ProgramRun.Result run = await RunAsync(name, arguments);
        Assert.True(run.ExitCode == 0, run.Output + run.Error);
        return run.Output;
    }

    /// <summary>Builds a sample for <see cref="Command"/>, for tests that start it themselves.</summary>
    internal static async Task BuildAsync(string name)
    {
        Assert.True(
            TestContext.Current.Test?.Traits.TryGetValue("Speed", out IReadOnlyCollection<string>? speed) == true && speed.Contains("Slow"),
            "A test that compiles has the trait Speed=Slow (CONTRIBUTING.md).");
        ProgramRun.Result build = await s_builds.GetOrAdd(name, _ => new(() => Task.Factory.StartNew(
            () => Build($"samples/{name}.cs"), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default))).Value;
        Assert.True(build.ExitCode == 0, build.Output + build.Error);
    }

    /// <summary>Builds a project of the samples, for a fixture of tests that have the trait.</summary>
    internal static Task<ProgramRun.Result> BuildProjectAsync(string path) =>
        Task.Factory.StartNew(() => Build(path), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    /// <summary>The arguments of <c>dotnet</c> that run a sample which is built.</summary>
    internal static string[] Command(string name, params string[] arguments) => ["run", "--no-build", $"samples/{name}.cs", "--", .. arguments];

    // Each build may write the outputs of the libraries, so all processes of tests build one after the other.
    private static ProgramRun.Result Build(string path)
    {
        using Mutex others = new(false, "Global\\SocketPools.Samples");
        try
        {
            others.WaitOne();
        }
        catch (AbandonedMutexException)
        {
            // Its owner was stopped while it built: this build writes the files again.
        }

        try
        {
            return ProgramRun.CompileAsync("dotnet", ["build", path, "-v", "q"], seconds: 560).GetAwaiter().GetResult();
        }
        finally
        {
            others.ReleaseMutex();
        }
    }
}
