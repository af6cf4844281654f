using System.Net;
using System.Net.Sockets;

namespace SocketPools.Benchmarks.Forwarding;

/// <summary>The far end, with a thread for each connection: the first byte says whether to echo, or to count until the end and answer a byte.</summary>
internal sealed class EchoServer : IDisposable
{
    private readonly Socket _listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);

    internal EchoServer()
    {
        _listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _listener.Listen(512);
        new Thread(Accept) { IsBackground = true }.Start();
    }

    internal int Port => ((IPEndPoint)_listener.LocalEndPoint!).Port;

    public void Dispose() => _listener.Dispose();

    private void Accept()
    {
        try
        {
            while (true)
            {
                Socket client = _listener.Accept();
                new Thread(() => Serve(client), 128 * 1024) { IsBackground = true }.Start();
            }
        }
        catch (SocketException)
        {
            // Disposed.
        }
    }

    private static void Serve(Socket client)
    {
        using (client)
        {
            client.NoDelay = true;
            byte[] buffer = new byte[65536];
            bool? echoes = null;
            try
            {
                while (client.Receive(buffer) is var count and > 0)
                {
                    echoes ??= buffer[0] == 1;
                    if (echoes.Value)
                    {
                        client.Send(buffer.AsSpan(0, count));
                    }
                }

                if (echoes == false)
                {
                    client.Send([1]);
                }
            }
            catch (SocketException)
            {
                // The client has what it wanted.
            }
        }
    }
}
