namespace SocketPools.Python.Tests;

/// <summary>pip, wheels and sdists, as Python's tests of them have it.</summary>
/// <param name="packaging">Its run.</param>
public sealed class PackagingTests(PackagingRun packaging) : IClassFixture<PackagingRun>
{
    [Fact]
    public void Python_tests_of_packaging_succeed() => packaging.AssertSucceeded();
}

/// <summary>The run compiles the module several times, so it is a fixture: the time of a test is limited to less.</summary>
/// <param name="module">The compiled module.</param>
public sealed class PackagingRun(CompiledModule module) : IAsyncLifetime
{
    private static readonly TimeSpan s_limit = TimeSpan.FromMinutes(12);

    private PythonRun? _run;

    /// <summary>The files of tests that compile the module.</summary>
    internal static IReadOnlyList<string> Names { get; } = ["test_packaging", "test_wheels"];

    public async ValueTask InitializeAsync()
    {
        if (module.IsThere)
        {
            _run = await PythonRun.CompileAsync(s_limit, module.PathOrSkip(), ["-m", "unittest", "-v", .. Names.Select(name => $"tests.{name}")]);
        }
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    /// <summary>As <see cref="PythonRun.AssertSucceeded"/>, and skips where the module cannot be.</summary>
    public void AssertSucceeded()
    {
        _ = module.PathOrSkip();
        _run!.AssertSucceeded();
    }
}
