using System.Runtime.InteropServices;

namespace SocketPools.AspNetCore.Tests;

/// <summary>The minimal API as a reader runs it, and as a native binary.</summary>
[Trait("Speed", "Slow")]
public sealed class SampleTests
{
    [Fact]
    public async Task The_minimal_api_sample_asks_itself_and_shows_its_sockets() =>
        Check(await ProgramRun.RunAsync("dotnet", ["run", "samples/minimal-api.cs"]));

    [Fact]
    public async Task The_minimal_api_sample_publishes_as_a_native_binary_without_a_warning_and_runs()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "linking is set up for Linux here");
        Assert.SkipUnless(File.Exists("/usr/bin/gcc") || File.Exists("/usr/bin/clang"), "NativeAOT needs gcc or clang");
        using TemporaryDirectory folder = new();
        ProgramRun.Result publish = await ProgramRun.RunAsync(
            "dotnet",
            [
                "publish", "samples/minimal-api.cs", "-r", RuntimeInformation.RuntimeIdentifier,
                "-p:PublishAot=true", "-p:TrimmerSingleWarn=false", "--artifacts-path", folder["artifacts"], "-o", folder["out"],
            ],
            seconds: 200);
        Assert.True(publish.ExitCode == 0, publish.Output + publish.Error);
        Assert.DoesNotContain("warning", publish.Output, StringComparison.OrdinalIgnoreCase);
        Check(await ProgramRun.RunAsync(folder["out/minimal-api"], []));
    }

    private static void Check(ProgramRun.Result run)
    {
        Assert.True(run.ExitCode == 0, run.Output + run.Error);
        Assert.StartsWith("hello from a radio\nRadio host: 3 of 16 sockets open", run.Output, StringComparison.Ordinal);
    }
}
