namespace SocketPools.Python.Tests;

/// <summary>The tests of the Python module, which are written in Python: one case here for each file there.</summary>
/// <param name="module">The compiled module.</param>
public sealed class UnittestTests(CompiledModule module)
{
    // Below the watchdog of these tests; each test in Python has its own, which writes every thread's stack.
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(560);

    /// <summary>All but packaging, which takes longer and runs beside these.</summary>
    public static TheoryData<string> Files =>
        [.. Directory.EnumerateFiles(Repository.PythonTests, "test_*.py").Select(f => Path.GetFileNameWithoutExtension(f)).Where(n => !PackagingRun.Names.Contains(n)).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Files))]
    public async Task Python_tests_succeed(string file)
    {
        PythonRun run = await PythonRun.StartAsync(s_limit, module.PathOrSkip(), "-m", "unittest", "-v", $"tests.{file}");
        run.AssertSucceeded();
    }

    [Fact]
    public void There_are_files_to_run() => Assert.True(Files.Count > 15);
}
