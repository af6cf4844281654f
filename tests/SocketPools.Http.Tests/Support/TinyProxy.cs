using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace SocketPools.Http.Tests;

/// <summary>An HTTP proxy: CONNECT, and requests with a whole address. One request a connection.</summary>
internal sealed class TinyProxy : IWebProxy, IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _serving;

    internal TinyProxy()
    {
        _listener.Start();
        _serving = ServeAsync();
    }

    /// <summary>The first lines of what it was asked.</summary>
    internal ConcurrentQueue<string> Requests { get; } = new();

    public ICredentials? Credentials { get; set; }

    public Uri GetProxy(Uri destination) => new($"http://{_listener.LocalEndpoint}");

    public bool IsBypassed(Uri host) => false;

    public void Dispose()
    {
        _stop.Cancel();
        _listener.Dispose();
        _serving.GetAwaiter().GetResult();
        _stop.Dispose();
    }

    private async Task ServeAsync()
    {
        List<Task> clients = [];
        try
        {
            while (true)
            {
                clients.Add(ServeOneAsync(await _listener.AcceptTcpClientAsync(_stop.Token)));
            }
        }
        catch (OperationCanceledException)
        {
            await Task.WhenAll(clients);
        }
    }

    private async Task ServeOneAsync(TcpClient client)
    {
        try
        {
            using (client)
            {
                NetworkStream stream = client.GetStream();
                string head = await ReadHeadAsync(stream);
                string line = head[..head.IndexOf('\r', StringComparison.Ordinal)];
                Requests.Enqueue(line);
                string[] parts = line.Split(' ');
                bool isTunnel = parts[0] == "CONNECT";
                Uri target = new(isTunnel ? $"http://{parts[1]}" : parts[1]);
                using TcpClient server = new();
                await server.ConnectAsync(target.Host, target.Port, _stop.Token);
                NetworkStream far = server.GetStream();
                if (isTunnel)
                {
                    await stream.WriteAsync("HTTP/1.1 200 Go on\r\n\r\n"u8.ToArray(), _stop.Token);
                }
                else
                {
                    string rest = head.Replace(parts[1], target.PathAndQuery, StringComparison.Ordinal);
                    await far.WriteAsync(Encoding.ASCII.GetBytes(rest), _stop.Token);
                }

                await Task.WhenAny(stream.CopyToAsync(far, _stop.Token), far.CopyToAsync(stream, _stop.Token));
            }
        }
        catch (Exception e) when (e is IOException or OperationCanceledException or SocketException)
        {
            // The client or the server is gone, or the test over.
        }
    }

    private async Task<string> ReadHeadAsync(NetworkStream stream)
    {
        StringBuilder head = new();
        byte[] one = new byte[1];
        while (!head.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal))
        {
            await stream.ReadExactlyAsync(one, _stop.Token);
            head.Append((char)one[0]);
        }

        return head.ToString();
    }
}
