using System.Runtime.InteropServices;

namespace SocketPools.Tool.Tests;

/// <summary>What users install: the native binary and the .NET tool, built apart from the tree and run.</summary>
[Trait("Speed", "Slow")]
public sealed class PublishTests
{
    [Fact]
    public async Task The_native_binary_publishes_without_a_warning_and_runs_the_demo()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "linking is set up for Linux here");
        Assert.SkipUnless(File.Exists("/usr/bin/gcc") || File.Exists("/usr/bin/clang"), "NativeAOT needs gcc or clang");
        using TemporaryDirectory folder = new();
        ToolResult publish = await DotnetAsync(
            "publish", "src/SocketPools.Tool", "-c", "Release", "-r", RuntimeInformation.RuntimeIdentifier, "-p:PublishAot=true",
            "--artifacts-path", folder["artifacts"], "-o", folder["out"]);
        Assert.True(publish.ExitCode == 0, publish.Text + publish.Error);
        Assert.DoesNotContain("warning", publish.Text, StringComparison.OrdinalIgnoreCase);
        ToolResult demo = await Program.RunAsync(folder["out/socketpool"], "demo");
        Assert.True(demo.ExitCode == 0, demo.Text + demo.Error);
        Assert.Contains("4194304 bytes as sent", demo.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("SocketPool.CreateSocket", demo.Text, StringComparison.Ordinal);
        Assert.Contains("At the end: Radio host: 0 of 128 sockets open", demo.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_tool_packs_installs_and_runs()
    {
        using TemporaryDirectory folder = new();
        ToolResult pack = await DotnetAsync(
            "pack", "src/SocketPools.Tool", "-c", "Release", "--artifacts-path", folder["artifacts"], "-o", folder["packages"]);
        Assert.True(pack.ExitCode == 0, pack.Text + pack.Error);
        ToolResult install = await DotnetAsync(
            "tool", "install", "SocketPools.Tool", "--source", folder["packages"], "--tool-path", folder["tools"]);
        Assert.True(install.ExitCode == 0, install.Text + install.Error);
        ToolResult radios = await Program.RunAsync(folder["tools/socketpool"], "radios");
        Assert.True(radios.ExitCode == 0, radios.Text + radios.Error);
        Assert.Contains("127.0.0.1", radios.Text, StringComparison.Ordinal);
    }

    private static Task<ToolResult> DotnetAsync(string command, params string[] arguments) =>
        Program.RunAsync("dotnet", [command, .. arguments.Select(a => a.StartsWith("src/", StringComparison.Ordinal) ? Path.Combine(Repository.Root, a) : a)]);
}
