using System.Text.RegularExpressions;

namespace SocketPools.Packages.Tests;

/// <summary>The projects of samples/sweeps, built once, and a directory with the command <c>socketpool</c> for scripts.</summary>
public sealed partial class SweepFixture : IAsyncLifetime
{
    private readonly TemporaryDirectory _directory = new();

    /// <summary>The executables of xUnit.net, NUnit and MSTest.</summary>
    internal static IReadOnlyDictionary<string, string> Programs { get; } = new Dictionary<string, string>
    {
        ["xunit"] = Output("xunit", "Shop.Tests"),
        ["nunit"] = Output("nunit", "Shop.NUnit"),
        ["mstest"] = Output("mstest", "Shop.MSTest"),
    };

    public async ValueTask InitializeAsync()
    {
        foreach (string framework in Programs.Keys)
        {
            ProgramRun.Result build = await Sample.BuildProjectAsync($"samples/sweeps/{framework}");
            Assert.True(build.ExitCode == 0, build.Output + build.Error);
        }

        string command = _directory.Write("bin/socketpool", $"#!/bin/sh\nexec dotnet '{Path.Combine(AppContext.BaseDirectory, "socketpool.dll")}' \"$@\"\n");
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        File.SetUnixFileMode(command, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    public ValueTask DisposeAsync()
    {
        _directory.Dispose();
        return default;
    }

    /// <summary>Runs a script of bash in a directory, with the command <c>socketpool</c>.</summary>
    internal Task<ProgramRun.Result> RunAsync(string directory, string script, params (string Name, string Value)[] variables) => ProgramRun.RunAsync(
        "env",
        ["-C", directory, "-u", "SOCKETPOOL_SIMULATION_SEED", $"PATH={_directory["bin"]}:{Environment.GetEnvironmentVariable("PATH")}",
            "TESTINGPLATFORM_NOBANNER=1", .. variables.Select(v => $"{v.Name}={v.Value}"), "bash", "-c", script],
        seconds: 240);

    /// <summary>The seeds of the tests in a report.</summary>
    internal static IEnumerable<int> SeedsIn(string report) =>
        Seed().Matches(File.ReadAllText(report)).Select(m => int.Parse(m.Groups[1].Value, System.Globalization.CultureInfo.InvariantCulture)).Order();

    private static string Output(string framework, string name) => Path.Combine(Repository.Root, "samples", "sweeps", framework, "bin", "Debug", "net10.0", name);

    [GeneratedRegex("<testcase [^>]*An_order_is_taken_once ?\\((?:seed: )?([0-9]+)\\)\"")]
    private static partial Regex Seed();
}
