using System.Net;
using System.Net.Sockets;
using SocketPools.Radios;

namespace SocketPools.Tool;

/// <summary>
/// Two directions at once: the standard input goes to the socket, what the socket receives goes to the standard output.
/// The end of the input is passed on as the end of our half; the peer's end ends the whole. Input that could not be sent
/// is a failure, whatever comes after it.
/// </summary>
internal sealed class NetcatPump(PoolSocket socket, ToolConsole console, TimeSpan? timeout)
{
    // What arrives after the last datagram was sent is waited for so long; datagrams have no end of their own.
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(1);

    private readonly bool _isDatagram = socket.Type == SocketType.Dgram;
    private readonly IPEndPoint? _peer = socket.Type == SocketType.Dgram ? socket.RemoteEndPoint : null;
    private volatile Exception? _inputFailure;
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
        catch (PoolSocketException e) when (e.Errno == Errno.EBADF && _inputFailure is not null)
        {
            // Closed by the input's thread, for the reason that follows.
        }

        if (_inputFailure is { } reason)
        {
            throw reason;
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
        catch (PoolSocketException e)
        {
            // A peer that is gone may have said something before, and its end follows; datagrams have no end, and a peer
            // that does not read in time has had its time.
            Fail(e, endsAll: _isDatagram || e.Errno == Errno.ETIMEDOUT);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ObjectDisposedException)
        {
            Fail(new ToolException($"reading the standard input failed: {e.Message}", inner: e), endsAll: true);
        }
    }

    private void Fail(Exception reason, bool endsAll)
    {
        _inputFailure = reason;
        if (endsAll)
        {
            socket.Close();
        }
    }

    private void PumpOutput()
    {
        byte[] block = new byte[64 * 1024];
        while (WaitForInput() && TryReceive(block, out int count))
        {
            console.Output.Write(block, 0, count);
            console.Output.Flush();
        }
    }

    /// <returns>False at the end of a stream.</returns>
    private bool TryReceive(byte[] block, out int count)
    {
        if (!_isDatagram)
        {
            count = socket.ReceiveInto(block);
            return count > 0;
        }

        count = socket.ReceiveFromInto(block, out IPSocketAddress from);
        if (from.Port != _peer!.Port || !from.ToIPAddress().Equals(_peer.Address))
        {
            count = 0; // it came from another before the socket had its peer
        }

        return true;
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
