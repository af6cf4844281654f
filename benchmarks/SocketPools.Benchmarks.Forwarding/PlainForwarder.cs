using System.Net;
using System.Net.Sockets;

namespace SocketPools.Benchmarks.Forwarding;

/// <summary>What a careful program does with System.Net.Sockets alone: one buffer a direction, half-close, no reset passed on.</summary>
internal sealed class PlainForwarder : IDisposable
{
    private readonly Socket _listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);

    internal PlainForwarder(int target)
    {
        _listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _listener.Listen(512);
        _ = AcceptAsync(target);
    }

    internal int Port => ((IPEndPoint)_listener.LocalEndPoint!).Port;

    public void Dispose() => _listener.Dispose();

    private async Task AcceptAsync(int target)
    {
        while (true)
        {
            _ = ForwardAsync(await _listener.AcceptAsync(), target);
        }
    }

    private static async Task ForwardAsync(Socket client, int target)
    {
        using Socket near = client;
        using Socket far = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        near.NoDelay = true;
        try
        {
            await far.ConnectAsync(new IPEndPoint(IPAddress.Loopback, target));
            await Task.WhenAll(PumpAsync(near, far), PumpAsync(far, near));
        }
        catch (SocketException)
        {
            // One of the two is gone.
        }
    }

    private static async Task PumpAsync(Socket from, Socket to)
    {
        byte[] buffer = new byte[65536];
        while (await from.ReceiveAsync(buffer.AsMemory(), SocketFlags.None) is var count and > 0)
        {
            for (int sent = 0; sent < count;)
            {
                sent += await to.SendAsync(buffer.AsMemory(sent, count - sent), SocketFlags.None);
            }
        }

        to.Shutdown(SocketShutdown.Send);
    }
}
