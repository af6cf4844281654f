using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using SocketPools.Stack.Diagnostics;

namespace SocketPools.Tool;

/// <summary>A line of <c>radios</c>.</summary>
internal sealed record RadioRow(string Name, bool Up, int Mtu, string? HardwareAddress, string[] Addresses);

/// <summary>A line of <c>resolve</c>.</summary>
internal sealed record AddressRow(string Family, string Type, string Protocol, int ProtocolNumber, string Address, int Port, string? CanonicalName);

/// <summary>What <c>ping</c> found.</summary>
internal sealed record PingReport(
    string Host, string Address, string Socket, int PayloadBytes, int Sent, int Received, double LossPercent,
    double? MinimumMs, double? AverageMs, double? MaximumMs, PingRow[] Replies);

/// <summary>One echo of <c>ping</c>: its time, or why there is none.</summary>
internal sealed record PingRow(int Sequence, double? Ms, int? TimeToLive, string? Error);

/// <summary>What <c>demo</c> did.</summary>
internal sealed record DemoReport(string Radio, int MaxSockets, DemoStep[] Steps, DemoSocket[] Sockets, int OpenAtEnd, int HighWaterMark, long Made);

/// <summary>One step of <c>demo</c>.</summary>
internal sealed record DemoStep(string Name, bool Done, double Ms, string Detail);

/// <summary>A line of the pool's table in <c>demo</c>, taken while the sockets were open.</summary>
internal sealed record DemoSocket(long Number, string Family, string Type, string State, string Local, string Remote);

/// <summary>A running stack of <c>netstat</c>.</summary>
internal sealed record NetstatReport(int Pid, string Command, StackSnapshot Stack);

/// <summary>The JSON of all commands, generated when the command is built, so that it works without reflection.</summary>
[JsonSourceGenerationOptions(WriteIndented = true, MaxDepth = 16, RespectNullableAnnotations = true, PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, NewLine = "\n")]
[JsonSerializable(typeof(RadioRow[]))]
[JsonSerializable(typeof(AddressRow[]))]
[JsonSerializable(typeof(PingReport))]
[JsonSerializable(typeof(DemoReport))]
[JsonSerializable(typeof(NetstatReport[]))]
internal sealed partial class ToolJson : JsonSerializerContext
{
    internal static void Write<T>(ToolConsole console, T value, JsonTypeInfo<T> type) =>
        console.Text.WriteLine(JsonSerializer.Serialize(value, type));
}
