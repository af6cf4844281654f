using System.Text.RegularExpressions;

namespace SocketPools.Stack.Tests;

/// <summary>The rooms of the stack know only those below them.</summary>
public sealed partial class StackArchitectureTests
{
    // What the files of a room may name with "using". Core is both: the contracts that all know, and the network that puts all together.
    public static TheoryData<string, string[]> Rooms => new()
    {
        { "Buffers", [] },
        { "Wire", ["Radios"] },
        { "Links", ["Radios", "Buffers", "Wire"] },
        { "Interfaces", ["Radios", "Buffers", "Wire", "Links", "Diagnostics", "Core"] },
        { "Icmp", ["Radios", "Buffers", "Wire", "Links", "Diagnostics", "Core", "Interfaces"] },
        { "Names", ["Radios", "Buffers", "Wire", "Links", "Diagnostics", "Core", "Interfaces", "Udp", "Tcp"] },
        { "Raw", ["Radios", "Buffers", "Wire", "Diagnostics", "Core", "Interfaces", "Icmp"] },
        { "Tcp", ["Radios", "Buffers", "Wire", "Links", "Diagnostics", "Core"] },
        { "Udp", ["Radios", "Buffers", "Wire", "Links", "Diagnostics", "Core", "Interfaces", "Icmp"] },
    };

    [Theory]
    [MemberData(nameof(Rooms))]
    public void A_room_names_only_rooms_below_it(string room, string[] below)
    {
        string folder = Path.Combine(Repository.Root, "src", "SocketPools.Stack", room);
        string[] files = Directory.GetFiles(folder, "*.cs", SearchOption.AllDirectories);
        Assert.NotEmpty(files);
        string[] wrong = [.. files
            .SelectMany(File.ReadLines, (file, line) => (File: Path.GetFileName(file), Use: OwnUsing().Match(line)))
            .Where(found => found.Use.Success && found.Use.Groups[1].Value is var named && named != room && !below.Contains(named))
            .Select(found => $"{found.File}: {found.Use.Value}")];
        Assert.Empty(wrong);
    }

    // The core's own diagnostics, CallbackExceptions, are below all rooms; the stack's Diagnostics are a room.
    [GeneratedRegex(@"^\s*(?:global\s+)?using\s+(?:static\s+)?SocketPools\.(?!Diagnostics\b)(?:Stack\.)?(\w+)")]
    private static partial Regex OwnUsing();
}
