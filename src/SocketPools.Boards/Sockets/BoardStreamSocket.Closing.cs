using System.Net.Sockets;
using SocketPools.Radios;

namespace SocketPools.Boards.Sockets;

/// <summary>close.</summary>
internal sealed partial class BoardStreamSocket
{
    protected override void End()
    {
        _watching.Cancel();
        (bool isUnread, bool mayLinger, BoardPort? port, bool isTimeWait) ending;
        lock (Gate)
        {
            Refresh();
            bool isUp = _state == StreamState.Connected;
            ending = (!_arrived.IsEmpty, isUp, _port, isUp && !_hasEnded && _arrived.IsEmpty);
            EndWaiting();
        }

        if (ending.port is not null)
        {
            Board.Ports.Release(ending.port, ending.isTimeWait);
        }

        if (ending.isUnread)
        {
            Reset(Inner);
        }
        else if (ending.mayLinger && Profile.Transfer.CloseTimeout.Value is { } limit)
        {
            _ = EndWithinAsync(Inner, limit, Board);
        }
        else
        {
            Inner.Close();
        }
    }

    // Connections that were not accepted. lwIP's queue moves up while CircuitPython walks through it, so that every second is left out.
    private void EndWaiting()
    {
        bool isReset = Profile.Listening.CloseResetsAll || _backlog > 1;
        while (_waiting.TryDequeue(out (RadioSocket Socket, IPSocketAddress Remote) next))
        {
            if (isReset)
            {
                Reset(next.Socket);
            }
            else
            {
                Board.KeepLost(next.Socket);
            }

            isReset = Profile.Listening.CloseResetsAll || (_backlog > 1 && !isReset);
        }
    }

    private static void Reset(RadioSocket socket)
    {
        // SO_LINGER with no time: { int l_onoff; int l_linger; }.
        socket.SetOption(SocketOptionLevel.Socket, SocketOptionName.Linger, [1, 0, 0, 0, 0, 0, 0, 0]);
        socket.Close();
    }

    /// <summary>The board's end of a connection: what was sent goes out, and what is not over after a time is reset.</summary>
    private static async Task EndWithinAsync(RadioSocket socket, TimeSpan limit, BoardContext board)
    {
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        byte[] rest = new byte[4096];
        using CancellationTokenSource time = new(limit, board.TimeProvider);
        socket.Shutdown(SocketShutdown.Send);
        try
        {
            while (!(await socket.WaitAsync(Readiness.Readable, time.Token).ConfigureAwait(false)).Failed)
            {
                RadioResult result = socket.TryReceive(rest);
                if (result.Count == 0 && result.Errno != Errno.EAGAIN)
                {
                    socket.Close();
                    return;
                }
            }
        }
        catch (OperationCanceledException)
        {
            Reset(socket);
            board.Note($"{board.Profile.Title} resets a closed connection after {limit.TotalSeconds:0.0} s: what the peer had not taken by then is lost. Wait for its answer before close()");
            return;
        }

        socket.Close();
    }
}
