using System.Net.Sockets;
using SocketPools.Radios;

namespace SocketPools.Tool;

/// <summary>
/// Two directions at once: the standard input goes to the socket, what the socket receives goes to the standard output.
/// The end of the input is passed on as the end of our half; the peer's end ends the whole.
/// </summary>
internal sealed class NetcatPump(PoolSocket socket, ToolConsole console, TimeSpan? timeout)
{
    // What arrives after the last datagram was sent is waited for so long; datagrams have no end of their own.
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(1);

    private readonly bool _isDatagram = socket.Type == SocketType.Dgram;
    private Exception? _inputFailure;
    private volatile bool _inputEnded;

    internal void Run()
    {
        socket.Timeout = timeout;
        Thread input = new(PumpInput) { IsBackground = true, Name = "nc input" };
        input.Start();
        try
        {
            PumpOutput();
        }
        catch (PoolSocketException) when (_inputFailure is { } reason)
        {
            throw new ToolException($"reading the standard input failed: {reason.Message}", inner: reason);
        }
    }

    private void PumpInput()
    {
        try
        {
            // A read is a datagram; more than this does not fit in one.
            byte[] block = new byte[_isDatagram ? 65507 : 64 * 1024];
            while (console.Input.Read(block) is var count and > 0)
            {
                socket.SendAll(block.AsSpan(0, count));
            }

            _inputEnded = true;
            if (!_isDatagram)
            {
                socket.Shutdown(SocketShutdown.Send);
            }
        }
        catch (PoolSocketException)
        {
            // The peer is gone, or does not read; receiving tells the same, and what it sent before is still written.
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ObjectDisposedException)
        {
            _inputFailure = e;
            socket.Close();
        }
    }

    private void PumpOutput()
    {
        byte[] block = new byte[64 * 1024];
        while (WaitForInput())
        {
            int count = socket.ReceiveInto(block);
            if (count == 0 && !_isDatagram)
            {
                return;
            }

            console.Output.Write(block, 0, count);
            console.Output.Flush();
        }
    }

    /// <summary>Waits for a datagram; a stream waits in its receive.</summary>
    /// <returns>False when the input has ended and nothing more comes.</returns>
    private bool WaitForInput()
    {
        if (!_isDatagram)
        {
            return true;
        }

        TimeSpan patience = timeout ?? s_patience;
        while (socket.Poll(Readiness.Readable, patience) == Readiness.None)
        {
            if (_inputEnded)
            {
                return false;
            }

            if (timeout is not null)
            {
                throw new ToolException($"nothing came for {patience.TotalSeconds:0.###} s");
            }
        }

        return true;
    }
}
