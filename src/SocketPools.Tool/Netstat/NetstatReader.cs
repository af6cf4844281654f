using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Text.Json;
using SocketPools.Tool.Files;

namespace SocketPools.Tool.Netstat;

/// <summary>Asks the running stacks of this user for their tables.</summary>
internal static class NetstatReader
{
    // The tables of 65535 sockets are half of it.
    private const int LongestReport = 64 * 1024 * 1024;

    private const int SocketLevel = 1; // SOL_SOCKET of Linux
    private const int PeerCredentials = 17; // SO_PEERCRED, socket(7)

    internal static IReadOnlyList<NetstatReport> Read(TimeSpan timeout, Action<string> say, CancellationToken stop)
    {
        List<NetstatReport> reports = [];
        foreach (string path in RuntimeDirectory.Sockets(say))
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
            catch (InvalidDataException e)
            {
                say($"process {RuntimeDirectory.ProcessOf(path)}: {e.Message}");
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
        RequireOwnPeer(socket);
        ReadOnlyMemory<byte> json = await ReadAllAsync(socket, patience.Token).ConfigureAwait(false);
        return JsonSerializer.Deserialize(json.Span, ToolJson.Default.NetstatReport) ?? throw new JsonException("There is no report.");
    }

    /// <summary>The listener has to be a process of this user: only then the report is trusted.</summary>
    private static void RequireOwnPeer(Socket socket)
    {
        if (OperatingSystem.IsLinux())
        {
            Span<uint> credentials = stackalloc uint[3]; // struct ucred: process, user, group
            socket.GetRawSocketOption(SocketLevel, PeerCredentials, MemoryMarshal.AsBytes(credentials));
            if (credentials[1] != FileKind.GetEffectiveUserId())
            {
                throw new InvalidDataException("it runs as another user, and its report is not read");
            }
        }
    }

    private static async Task<ReadOnlyMemory<byte>> ReadAllAsync(Socket socket, CancellationToken stop)
    {
        byte[] buffer = new byte[64 * 1024];
        int length = 0;
        while (await socket.ReceiveAsync(buffer.AsMemory(length), stop).ConfigureAwait(false) is var count and > 0)
        {
            length += count;
            if (length > LongestReport)
            {
                throw new InvalidDataException($"its report is longer than {LongestReport / (1024 * 1024)} MiB, and is not read");
            }

            if (length == buffer.Length)
            {
                Array.Resize(ref buffer, buffer.Length * 2);
            }
        }

        return buffer.AsMemory(0, length);
    }

    /// <summary>No process answers: the socket of a process that was killed is removed. A living one is just starting, or ending.</summary>
    private static void Clean(string path)
    {
        if (OperatingSystem.IsLinux() && !Directory.Exists($"/proc/{RuntimeDirectory.ProcessOf(path)}"))
        {
            File.Delete(path);
        }
    }
}
