using System.Runtime.InteropServices;

namespace SocketPools.Packages.Tests;

/// <summary>Native binaries of programs of this repository. All are published from one folder of outputs, so the libraries compile once.</summary>
public sealed class NativeFixture : IDisposable
{
    private readonly TemporaryDirectory _folder = new();

    public void Dispose() => _folder.Dispose();

    /// <summary>Publishes a program, without a warning, and returns the path of the binary. Skips where linking is not possible.</summary>
    /// <param name="program">A project or a sample.</param>
    /// <param name="name">The name of the binary.</param>
    internal async Task<string> PublishAsync(string program, string name)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "linking is set up for Linux here");
        Assert.SkipUnless(File.Exists("/usr/bin/gcc") || File.Exists("/usr/bin/clang"), "NativeAOT needs gcc or clang");
        string output = await PackedFixture.RunAsync(
            "dotnet", "publish", program, "-c", "Release", "-r", RuntimeInformation.RuntimeIdentifier, "-p:PublishAot=true",
            "-p:TrimmerSingleWarn=false", "--artifacts-path", _folder["artifacts"], "-o", _folder[name]);
        Assert.DoesNotContain("warning", output, StringComparison.OrdinalIgnoreCase);
        return Path.Combine(_folder[name], name);
    }
}
