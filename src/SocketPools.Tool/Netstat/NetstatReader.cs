using System.Net.Sockets;
using System.Text.Json;

namespace SocketPools.Tool.Netstat;

/// <summary>Asks the running stacks of this user for their tables.</summary>
internal static class NetstatReader
{
    internal static IReadOnlyList<NetstatReport> Read(TimeSpan timeout, Action<string> say, CancellationToken stop)
    {
        List<NetstatReport> reports = [];
        foreach (string path in RuntimeDirectory.Sockets())
        {
            try
            {
                reports.Add(AskAsync(path, timeout, stop).GetAwaiter().GetResult());
            }
            catch (SocketException)
            {
                Clean(path);
            }
            catch (OperationCanceledException) when (!stop.IsCancellationRequested)
            {
                say($"process {RuntimeDirectory.ProcessOf(path)} does not answer");
            }
            catch (JsonException)
            {
                say($"process {RuntimeDirectory.ProcessOf(path)} ended while it answered, or is of another version");
            }
        }

        return reports;
    }

    private static async Task<NetstatReport> AskAsync(string path, TimeSpan timeout, CancellationToken stop)
    {
        using CancellationTokenSource patience = CancellationTokenSource.CreateLinkedTokenSource(stop);
        patience.CancelAfter(timeout);
        using Socket socket = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await socket.ConnectAsync(new UnixDomainSocketEndPoint(path), patience.Token).ConfigureAwait(false);
        using NetworkStream stream = new(socket);
        return await JsonSerializer.DeserializeAsync(stream, ToolJson.Default.NetstatReport, patience.Token).ConfigureAwait(false)
            ?? throw new JsonException("There is no report.");
    }

    /// <summary>Nobody is there: the socket of a process that was killed goes. One that lives is just beginning, or ending.</summary>
    private static void Clean(string path)
    {
        if (OperatingSystem.IsLinux() && !Directory.Exists($"/proc/{RuntimeDirectory.ProcessOf(path)}"))
        {
            File.Delete(path);
        }
    }
}
