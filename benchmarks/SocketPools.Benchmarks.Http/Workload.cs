namespace SocketPools.Benchmarks.Http;

/// <summary>What is asked of the server, over how many connections at once.</summary>
internal sealed record Workload(string Name, string Path, int Connections, int UploadBytes = 0)
{
    internal static IReadOnlyList<Workload> All { get; } =
    [
        new("get, 1 connection", "/hello", 1),
        new("get, 16 connections", "/hello", 16),
        new("get, 100 connections", "/hello", 100),
        new("get 1 MiB, 8 connections", "/bytes", 8),
        new("post 16 KiB, 16 connections", "/upload", 16, UploadBytes: 16 * 1024),
    ];

    /// <summary>Those whose name contains the filter or one of its parts, which commas separate.</summary>
    internal static IEnumerable<Workload> Matching(string? filter) => All.Where(workload =>
        filter is null || filter.Split(',').Any(part => workload.Name.Contains(part, StringComparison.OrdinalIgnoreCase)));

    internal static Workload Named(string name) => All.First(w => w.Name == name);
}
