using SocketPools.Python.Tests;

[assembly: AssemblyFixture(typeof(CompiledModule))]
[assembly: Trait("Speed", "Slow")]

namespace SocketPools.Python.Tests;

/// <summary>
/// The module and its companions, compiled once by the project's own build backend: in a folder of its own, so that nobody's bin
/// and obj are touched, beside these tests, so that it is there the next time if nothing has changed.
/// </summary>
public sealed class CompiledModule : IAsyncLifetime
{
    private static readonly TimeSpan s_limit = TimeSpan.FromMinutes(9);

    private string? _skip;
    private string? _failure;
    private string _path = "";

    /// <summary>Whether it could be compiled.</summary>
    public bool IsThere => _skip is null && _failure is null;

    /// <summary>Where the modules are. Skips the test with the reason where they cannot be, and fails it where compiling failed.</summary>
    public string PathOrSkip()
    {
        Assert.SkipWhen(_skip is not null, _skip ?? "");
        return _failure is null ? _path : throw new InvalidOperationException(_failure);
    }

    public async ValueTask InitializeAsync()
    {
        _skip = await FindWhatIsMissingAsync();
        if (_skip is not null)
        {
            return;
        }

        string folder = Path.Combine(AppContext.BaseDirectory, "module");
        _path = Path.Combine(folder, Repository.HashOfModule());
        if (Directory.Exists(_path))
        {
            return;
        }

        if (Directory.Exists(folder))
        {
            Directory.Delete(folder, recursive: true);
        }

        // Whole or not at all: the name is given when it is ready.
        string making = Path.Combine(folder, "making");
        Directory.CreateDirectory(making);
        PythonRun run = await PythonRun.CompileAsync(s_limit, null, Path.Combine("build", "backend.py"), making);
        if (run.Status != 0)
        {
            _failure = $"compiling the module failed\n{run.Output}";
            return;
        }

        Directory.Move(making, _path);
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private static async Task<string?> FindWhatIsMissingAsync()
    {
        if (!OperatingSystem.IsLinux())
        {
            return "the module is made for Linux";
        }

        if (!IsOnPath("python3"))
        {
            return "python3 is missing";
        }

        PythonRun version = await PythonRun.StartAsync(s_limit, null, "-c", "import sys; print(sys.version); sys.exit(sys.version_info < (3, 11))");
        if (version.Status != 0)
        {
            return $"python3 is older than 3.11: {version.Output.Trim()}";
        }

        return IsOnPath("gcc") || IsOnPath("clang") ? null : "gcc and clang are missing";
    }

    private static bool IsOnPath(string name) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Any(f => File.Exists(Path.Combine(f, name)));
}
