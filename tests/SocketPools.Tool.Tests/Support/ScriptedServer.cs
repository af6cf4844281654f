using System.Net;
using System.Net.Sockets;
using System.Text;

namespace SocketPools.Tool.Tests;

/// <summary>A server that answers whatever its script says, right or wrong. It does not use the code under test.</summary>
internal sealed class ScriptedServer : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
    private readonly List<string> _requests = [];

    /// <param name="script">Takes the request's head and a stream to answer on; then the connection is closed.</param>
    internal ScriptedServer(Func<string, Stream, CancellationToken, Task> script)
    {
        _listener.Start();
        Port = ((IPEndPoint)_listener.LocalEndpoint).Port;
        _ = AcceptAsync(script);
    }

    /// <summary>Answers every request with the same bytes.</summary>
    internal ScriptedServer(string answer)
        : this((_, stream, stop) => stream.WriteAsync(Encoding.Latin1.GetBytes(answer), stop).AsTask())
    {
    }

    internal int Port { get; }

    internal string Url => $"http://127.0.0.1:{Port}/";

    /// <summary>The heads that came, in their order.</summary>
    internal string[] Requests
    {
        get
        {
            lock (_requests)
            {
                return [.. _requests];
            }
        }
    }

    public void Dispose()
    {
        _stop.Cancel();
        _listener.Dispose();
        _stop.Dispose();
    }

    private async Task AcceptAsync(Func<string, Stream, CancellationToken, Task> script)
    {
        CancellationToken stop = _stop.Token;
        try
        {
            while (true)
            {
                TcpClient client = await _listener.AcceptTcpClientAsync(stop);
                _ = ServeAsync(client, script, stop);
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // The test is over.
        }
    }

    private async Task ServeAsync(TcpClient client, Func<string, Stream, CancellationToken, Task> script, CancellationToken stop)
    {
        using (client)
        {
            try
            {
                string head = await ReadHeadAsync(client.GetStream(), stop);
                lock (_requests)
                {
                    _requests.Add(head);
                }

                await script(head, client.GetStream(), stop);
            }
            catch (Exception e) when (e is IOException or OperationCanceledException or ObjectDisposedException)
            {
                // The client has had enough.
            }
        }
    }

    private static async Task<string> ReadHeadAsync(NetworkStream stream, CancellationToken stop)
    {
        StringBuilder head = new();
        byte[] one = new byte[1];
        while (!head.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal) && await stream.ReadAsync(one, stop) == 1)
        {
            head.Append((char)one[0]);
            if (!char.IsAscii((char)one[0]) || char.IsControl(head[0]))
            {
                break; // no HTTP: a TLS handshake
            }
        }

        return head.ToString();
    }
}
