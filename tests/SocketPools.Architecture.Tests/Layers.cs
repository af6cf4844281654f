namespace SocketPools.Architecture.Tests;

/// <summary>
/// The layers of each project, from the bottom up: a folder may refer to folders of the rows above it in this table (those below it in the
/// architecture), and to nothing else. "." is the project's own folder.
/// </summary>
internal static class Layers
{
    internal static readonly IReadOnlyDictionary<string, string[]> Of = new Dictionary<string, string[]>
    {
        ["SocketPools"] =
        [
            "Radios", "Inputs", "Diagnostics", "Errors", "Async", "Host/Backends", "Host/Linux", "Host/Portable", "Host", "Slots", "Telemetry",
            "Connections", "Serving", ".", "Icmp", "Streams", "Forwarding",
        ],
        ["SocketPools.AspNetCore"] = [".", "Transport", "Hosting"],
        ["SocketPools.Boards"] = ["Profiles", "Sockets", "."],
        ["SocketPools.Chips"] = ["Spi", "Carrying", "Lan", "Wiznet", "Nina", "."],
        ["SocketPools.Extensions"] = ["."],
        ["SocketPools.MqttNet"] = ["."],
        ["SocketPools.Python"] = ["CApi", "PyTypes", "."],
        ["SocketPools.SignalR"] = ["."],
        ["SocketPools.Simulation"] =
        [
            "Contract", "Clock", "Conducting", "Packets", "Recording", "Timelines", "Faults", "Links", "Routing", "Routing/Dhcp", "Routing/Nat", "Air", "Network",
            "Scripts", "Scenarios", "Seeds", ".",
        ],
        ["SocketPools.Simulation.Xunit"] = ["."],
        ["SocketPools.Stack"] =
        [
            "Buffers", "Wire", "Links", "Links/Capture", "Links/Faults", "Links/Tap", "Links/Tracing", "Core", "Interfaces", "IP", "Icmp", "Endpoints",
            "Udp", "Raw", "Tcp", "Names", "Configuration", "Sockets", "Diagnostics", ".",
        ],
        ["SocketPools.Testing"] = [".", "Cases"],
        ["SocketPools.Tool"] = ["Cli", "Json", "Http", "Files", "Sending", "Fetching", "Serving", "Netstat", "Radios", "Simulating", "Commands", "."],
    };

    /// <summary>What each project may refer to.</summary>
    internal static readonly IReadOnlyDictionary<string, string[]> Projects = new Dictionary<string, string[]>
    {
        ["SocketPools"] = [],
        ["SocketPools.AspNetCore"] = ["SocketPools"],
        ["SocketPools.Boards"] = ["SocketPools", "SocketPools.Stack"],
        ["SocketPools.Chips"] = ["SocketPools"],
        ["SocketPools.Extensions"] = ["SocketPools"],
        ["SocketPools.MqttNet"] = ["SocketPools"],
        ["SocketPools.Python"] = ["SocketPools", "SocketPools.Boards", "SocketPools.Chips", "SocketPools.Simulation", "SocketPools.Stack"],
        ["SocketPools.SignalR"] = ["SocketPools"],
        ["SocketPools.Simulation"] = ["SocketPools", "SocketPools.Stack"],
        ["SocketPools.Simulation.Xunit"] = ["SocketPools.Simulation"],
        ["SocketPools.Stack"] = ["SocketPools"],
        ["SocketPools.Testing"] = ["SocketPools"],
        ["SocketPools.Tool"] = ["SocketPools", "SocketPools.Boards", "SocketPools.Simulation", "SocketPools.Stack"],
    };
}
