using System.Runtime.InteropServices;

namespace SocketPools.Packages.Tests;

/// <summary>
/// Native binaries of programs of this repository, published once. All come from one folder of outputs, so the libraries compile once.
/// It is a fixture because a test may take 600 s, and publishing on a slow machine takes longer.
/// </summary>
public sealed class NativeFixture : IAsyncLifetime
{
    private readonly TemporaryDirectory _folder = new();

    /// <summary>Why nothing is published here; null where everything is.</summary>
    internal string? Absent { get; private set; }

    public async ValueTask InitializeAsync()
    {
        Absent = !OperatingSystem.IsLinux() ? "linking is set up for Linux here"
            : !File.Exists("/usr/bin/gcc") && !File.Exists("/usr/bin/clang") ? "NativeAOT needs gcc or clang"
            : null;
        if (Absent is null)
        {
            await PublishAsync("src/SocketPools.Tool", "socketpool");
            await PublishAsync("samples/minimal-api.cs", "minimal-api");
            await PublishAsync("samples/mqtt.cs", "mqtt");
        }
    }

    public ValueTask DisposeAsync()
    {
        _folder.Dispose();
        return ValueTask.CompletedTask;
    }

    /// <summary>Runs a binary to its end, which has to be a success, and returns its output.</summary>
    internal Task<string> RunAsync(string name, params string[] arguments)
    {
        Assert.SkipWhen(Absent is not null, Absent ?? "");
        return PackedFixture.RunAsync(Path.Combine(_folder[name], name), arguments);
    }

    private async Task PublishAsync(string program, string name)
    {
        string output = await PackedFixture.CompileAsync(
            "dotnet", "publish", program, "-c", "Release", "-r", RuntimeInformation.RuntimeIdentifier, "-p:PublishAot=true",
            "-p:TrimmerSingleWarn=false", "--artifacts-path", _folder["artifacts"], "-o", _folder[name]);
        Assert.DoesNotContain("warning", output, StringComparison.OrdinalIgnoreCase);
    }
}
