using System.Net;
using System.Net.Sockets;
using SocketPools.Radios;

namespace SocketPools.Tool;

/// <summary>
/// Two directions at once: the standard input goes to the socket, what the socket receives goes to the standard output.
/// The end of the input is passed on as the end of our half. The peer's end ends the whole once the input has ended or
/// pauses: a peer that has said all may still want to hear the answer. Input that could not be sent is a failure,
/// whatever comes after it.
/// </summary>
internal sealed class NetcatPump(PoolSocket socket, ToolConsole console, TimeSpan? timeout)
{
    // What arrives after the last datagram was sent is waited for so long, as datagrams have no end of their own; and so is
    // input after the peer's end.
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(1);

    private readonly bool _isDatagram = socket.Type == SocketType.Dgram;
    private readonly IPEndPoint? _peer = socket.Type == SocketType.Dgram ? socket.RemoteEndPoint : null;
    private readonly object _inputMoved = new();
    private volatile Exception? _inputFailure;
    private volatile bool _inputEnded;
    private volatile bool _isSending;

    internal void Run()
    {
        socket.Timeout = timeout;
        Thread input = new(PumpInput) { IsBackground = true, Name = "nc input" };
        input.Start();
        try
        {
            PumpOutput();
            FinishInput();
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
            SteadySender sender = new(socket, timeout ?? Timeout.InfiniteTimeSpan);
            while (console.Input.Read(block) is var count and > 0)
            {
                _isSending = true;
                if (_isDatagram)
                {
                    socket.SendAll(block.AsSpan(0, count));
                }
                else
                {
                    sender.Send(block.AsMemory(0, count));
                }

                _isSending = false;
                TellInputMoved();
            }

            if (!_isDatagram)
            {
                socket.Shutdown(SocketShutdown.Send);
            }

            _inputEnded = true;
        }
        catch (PoolSocketException e)
        {
            // A peer that is gone may have said something before, and its end follows; datagrams have no end, and a peer
            // that does not read in time has had its time.
            Fail(e, endsAll: _isDatagram || e.Errno == Errno.ETIMEDOUT);
        }
        catch (StalledException e)
        {
            string timeout = socket.CreateException(Errno.ETIMEDOUT, "send", Deadline.Never).Message;
            Fail(new ToolException($"{timeout}: {e.Message}", inner: e), endsAll: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ObjectDisposedException)
        {
            Fail(new ToolException($"reading the standard input failed: {e.Message}", inner: e), endsAll: true);
        }
        finally
        {
            TellInputMoved();
        }
    }

    /// <summary>After the peer's end: waits while input is on its way to it.</summary>
    private void FinishInput()
    {
        TimeSpan patience = timeout ?? s_patience;
        lock (_inputMoved)
        {
            while (!_isDatagram && !_inputEnded && _inputFailure is null && (Monitor.Wait(_inputMoved, patience) || _isSending))
            {
            }
        }
    }

    private void TellInputMoved()
    {
        lock (_inputMoved)
        {
            Monitor.Pulse(_inputMoved);
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
