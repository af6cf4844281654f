using System.Net;
using System.Net.Sockets;
using System.Text;

namespace SocketPools.AspNetCore.Tests;

/// <summary>A client that is no HTTP client: it sends what a test wants, and ends as a test wants.</summary>
internal sealed class RawClient : IDisposable
{
    private readonly Socket _socket = new(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };

    internal Socket Socket => _socket;

    internal static async Task<RawClient> ConnectAsync(IPEndPoint server)
    {
        RawClient client = new();
        await client._socket.ConnectAsync(server);
        return client;
    }

    internal async Task SendAsync(string text) => await _socket.SendAsync(Encoding.ASCII.GetBytes(text));

    /// <summary>Receives until the text has this.</summary>
    internal async Task<string> ReceiveUntilAsync(string part)
    {
        StringBuilder text = new();
        byte[] buffer = new byte[4096];
        while (!text.ToString().Contains(part, StringComparison.Ordinal))
        {
            int count = await _socket.ReceiveAsync(buffer);
            Assert.True(count > 0, $"The server ended before \"{part}\": {text}");
            text.Append(Encoding.ASCII.GetString(buffer, 0, count));
        }

        return text.ToString();
    }

    /// <summary>Receives to the end; a reset is an end, too.</summary>
    internal async Task<string> ReceiveToEndAsync()
    {
        StringBuilder text = new();
        byte[] buffer = new byte[4096];
        try
        {
            while (await _socket.ReceiveAsync(buffer) is int count and > 0)
            {
                text.Append(Encoding.ASCII.GetString(buffer, 0, count));
            }
        }
        catch (SocketException e) when (e.SocketErrorCode == SocketError.ConnectionReset)
        {
            text.Append("(reset)");
        }

        return text.ToString();
    }

    internal void Reset()
    {
        _socket.LingerState = new LingerOption(true, 0);
        _socket.Close();
    }

    public void Dispose() => _socket.Dispose();
}
