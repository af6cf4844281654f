using System.Runtime.InteropServices;

namespace SocketPools.MqttNet.Tests;

/// <summary>The sample as a reader runs it, and as a native binary.</summary>
[Trait("Speed", "Slow")]
public sealed class SampleTests
{
    private const string Said = "room/temperature: 21.5";

    [Fact]
    public async Task The_mqtt_sample_hears_what_it_says() =>
        Assert.Equal(Said, (await DotnetAsync("run", "samples/mqtt.cs")).Trim());

    [Fact]
    public async Task The_mqtt_sample_publishes_as_a_native_binary_without_a_warning_and_runs()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "linking is set up for Linux here");
        Assert.SkipUnless(File.Exists("/usr/bin/gcc") || File.Exists("/usr/bin/clang"), "NativeAOT needs gcc or clang");
        using TemporaryDirectory folder = new();
        string output = await DotnetAsync(
            "publish", "samples/mqtt.cs", "-r", RuntimeInformation.RuntimeIdentifier, "-p:PublishAot=true", "-p:TrimmerSingleWarn=false",
            "--artifacts-path", folder["artifacts"], "-o", folder["out"]);
        Assert.DoesNotContain("warning", output, StringComparison.OrdinalIgnoreCase);
        ProgramRun.Result run = await ProgramRun.RunAsync(folder["out/mqtt"], [], seconds: 30);
        Assert.True(run.ExitCode == 0, run.Output + run.Error);
        Assert.Equal(Said, run.Output.Trim());
    }

    private static async Task<string> DotnetAsync(params string[] arguments)
    {
        ProgramRun.Result run = await ProgramRun.RunAsync("dotnet", arguments, seconds: 280);
        Assert.True(run.ExitCode == 0, run.Output + run.Error);
        return run.Output;
    }
}
