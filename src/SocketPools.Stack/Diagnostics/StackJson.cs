using System.Text.Json.Serialization;

namespace SocketPools.Stack.Diagnostics;

/// <summary>The JSON of a snapshot, generated when the library is built, so that it works without reflection.</summary>
[JsonSourceGenerationOptions(WriteIndented = true, PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, NewLine = "\n")]
[JsonSerializable(typeof(StackSnapshot))]
internal sealed partial class StackJson : JsonSerializerContext;
