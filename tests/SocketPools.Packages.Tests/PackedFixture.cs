namespace SocketPools.Packages.Tests;

/// <summary>All packages, packed once for the tests of this assembly by the command of the release, and the core once more as a later version.</summary>
public sealed class PackedFixture : IAsyncLifetime
{
    internal const string LaterVersion = "1.99.0";

    private readonly TemporaryDirectory _folder = new();

    /// <summary>Why nothing is packed here; null where everything is.</summary>
    internal string? Absent { get; private set; }

    /// <summary>The packages of this version, and nothing else.</summary>
    internal string Packages => _folder["packages"];

    /// <summary>A core of a later version.</summary>
    internal string Later => _folder["later"];

    public async ValueTask InitializeAsync()
    {
        if (!OperatingSystem.IsLinux() || !File.Exists("/usr/bin/python3"))
        {
            Absent = "the release script runs on Linux with python3";
            return;
        }

        await CompileAsync("/usr/bin/python3", "scripts/release.py", Packages, "--only", "packages");
        await CompileAsync(
            "dotnet", "pack", "src/SocketPools", "-c", "Release", $"-p:Version={LaterVersion}", "--artifacts-path", _folder["artifacts"], "-o", Later);
    }

    public ValueTask DisposeAsync()
    {
        _folder.Dispose();
        return ValueTask.CompletedTask;
    }

    internal static async Task<string> CompileAsync(string program, params string[] arguments) =>
        Succeeded(await ProgramRun.CompileAsync(program, arguments, seconds: 900), program, arguments);

    internal static async Task<string> RunAsync(string program, params string[] arguments) =>
        Succeeded(await ProgramRun.RunAsync(program, arguments, seconds: 900), program, arguments);

    private static string Succeeded(ProgramRun.Result result, string program, string[] arguments)
    {
        Assert.True(result.ExitCode == 0, $"{program} {string.Join(' ', arguments)}: {result.Output}{result.Error}");
        return result.Output;
    }
}
