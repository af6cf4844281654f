using SocketPools.Radios;

namespace SocketPools;

// Where an attempt costs no more than reading the clock (RadioSocket.AttemptsFirst), a deadline starts when the attempt would block.
public sealed partial class PoolSocket
{
    private bool IsUnlimited => _timeout == System.Threading.Timeout.InfiniteTimeSpan;

    /// <summary>An attempt to send. It is the call's result, or the call goes on with what is left and waits.</summary>
    /// <param name="data">The bytes.</param>
    /// <param name="isAll">Whether the call is for all bytes, as without a limit every one is.</param>
    /// <param name="operation">The operation in the documentation's words.</param>
    /// <param name="sent">How many bytes were taken.</param>
    private bool TrySendFirst(ReadOnlySpan<byte> data, bool isAll, string operation, out int sent)
    {
        sent = 0;
        if (!_attemptsFirst)
        {
            return false;
        }

        RadioResult result = Sent(_socket.TrySend(data));
        if (!result.Failed)
        {
            sent = result.Count;
            GC.KeepAlive(this);
            return sent == data.Length || !isAll;
        }

        return IsFinal(result, operation);
    }

    /// <summary>Whether an attempt that has failed ends the call: with an exception, unless it is to wait.</summary>
    private bool IsFinal(RadioResult result, string operation, in IPSocketAddress remote = default)
    {
        if (result.Failed && result.Errno != Errno.EAGAIN)
        {
            throw CreateException(result.Errno, operation, StartCall(), remote);
        }

        GC.KeepAlive(this);
        return !result.Failed;
    }

    /// <summary>A call without a limit that has sent a part sends the rest; what fails then is the next call's to tell.</summary>
    private int SendRest(ReadOnlySpan<byte> data)
    {
        _socket.SendAll(data, StartCall(), out int sent);
        Sent(RadioResult.FromCount(sent));
        GC.KeepAlive(this);
        return sent;
    }
}
