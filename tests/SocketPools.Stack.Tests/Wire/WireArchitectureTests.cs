using System.Text.RegularExpressions;

namespace SocketPools.Stack.Tests.Wire;

/// <summary>The packet formats know nothing of what is built on them.</summary>
public sealed partial class WireArchitectureTests
{
    [Fact]
    public void The_sources_of_the_wire_formats_name_no_other_room_but_the_radio_contract()
    {
        string root = Path.Combine(Repository.Root, "src", "SocketPools.Stack");
        string[] files = Directory.GetFiles(Path.Combine(root, "Wire"), "*.cs");
        Assert.NotEmpty(files);
        string[] rooms = [.. Directory.GetDirectories(root).Select(path => Path.GetFileName(path)!).Where(name => name is not ("Wire" or "bin" or "obj"))];
        Assert.Contains("Buffers", rooms);
        Assert.DoesNotContain(files.SelectMany(File.ReadLines), line =>
            (OwnUsing().IsMatch(line) && !line.Contains("SocketPools.Radios;", StringComparison.Ordinal))
            || rooms.Any(room => line.Contains($"Stack.{room}", StringComparison.Ordinal) || line.Contains($" {room}.", StringComparison.Ordinal)));
    }

    [GeneratedRegex(@"^\s*(global\s+)?using\s+(static\s+)?SocketPools")]
    private static partial Regex OwnUsing();
}
