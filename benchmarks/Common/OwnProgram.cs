using System.Diagnostics;

namespace SocketPools.Benchmarks.Common;

/// <summary>This program, to be started again in a process of its own.</summary>
internal static class OwnProgram
{
    /// <summary>What starts it: its own executable, or <c>dotnet NAME.dll</c> where it was started so.</summary>
    internal static string[] Command { get; } = Path.GetFileNameWithoutExtension(Environment.ProcessPath!) == "dotnet"
        ? [Environment.ProcessPath!, typeof(OwnProgram).Assembly.Location]
        : [Environment.ProcessPath!];

    /// <summary>How it is started with arguments.</summary>
    internal static ProcessStartInfo With(params IEnumerable<string> arguments) => new(Command[0], [.. Command[1..], .. arguments]);
}
