using SocketPools.Radios;

namespace SocketPools.Chips;

/// <summary>Bytes in and out.</summary>
internal sealed partial class WiznetStreamSocket
{
    public override RadioResult TrySend(ReadOnlySpan<byte> data)
    {
        lock (Gate)
        {
            if (IsClosed)
            {
                return Errno.EBADF;
            }

            RefreshUnsynchronized();
            switch (_phase)
            {
                case Phase.Connecting:
                    return Errno.EAGAIN;
                case Phase.Ended or Phase.Connected or Phase.ConnectEnded when _error != Errno.None:
                    return TakeErrorUnsynchronized();
                case Phase.Fresh or Phase.Listening or Phase.Ended:
                    return Errno.EPIPE;
            }

            if (_sendShut || data.IsEmpty)
            {
                return _sendShut ? Errno.EPIPE : RadioResult.Ok;
            }

            int count = Math.Min(data.Length, _hardware!.Free);
            if (count == 0)
            {
                return Errno.EAGAIN;
            }

            _hardware.Send(data[..count]);
            return RadioResult.FromCount(count);
        }
    }

    public override RadioResult TrySendTo(ReadOnlySpan<byte> data, in IPSocketAddress remote)
    {
        lock (Gate)
        {
            return IsClosed ? Errno.EBADF : IsConnection ? Errno.EISCONN : Errno.EPIPE;
        }
    }

    public override RadioResult TryReceive(Span<byte> buffer) => Receive(buffer, isPeek: false);

    public override RadioResult TryPeek(Span<byte> buffer, out IPSocketAddress remote)
    {
        RadioResult result = Receive(buffer, isPeek: true);
        remote = result.Failed ? default : _peer;
        return result;
    }

    public override RadioResult GetAvailable()
    {
        lock (Gate)
        {
            if (IsClosed || _phase == Phase.Listening)
            {
                return IsClosed ? Errno.EBADF : Errno.EINVAL;
            }

            RefreshUnsynchronized();
            return RadioResult.FromCount(IsConnection && !_receiveShut ? _hardware!.Received : 0);
        }
    }

    private RadioResult Receive(Span<byte> buffer, bool isPeek)
    {
        lock (Gate)
        {
            if (IsClosed)
            {
                return Errno.EBADF;
            }

            RefreshUnsynchronized();
            if (!IsConnection)
            {
                return _phase == Phase.Connecting ? Errno.EAGAIN : _error != Errno.None ? TakeErrorUnsynchronized() : Errno.ENOTCONN;
            }

            if (_receiveShut || buffer.IsEmpty)
            {
                return RadioResult.Ok;
            }

            int count = Math.Min(buffer.Length, _hardware!.Received);
            if (count > 0)
            {
                _hardware.Peek(0, buffer[..count]);
                if (isPeek)
                {
                    return RadioResult.FromCount(count);
                }

                _hardware.Take(count);
                if (_phase == Phase.Ended)
                {
                    _hardware.Refresh(); // no more is followed, but what is left counts
                }

                return RadioResult.FromCount(count);
            }

            return _error != Errno.None ? TakeErrorUnsynchronized() : _endSeen ? RadioResult.Ok : Errno.EAGAIN;
        }
    }

    public override RadioResult TryReceiveFrom(Span<byte> buffer, out IPSocketAddress remote)
    {
        RadioResult result = TryReceive(buffer);
        remote = result.Failed ? default : _peer;
        return result;
    }
}
