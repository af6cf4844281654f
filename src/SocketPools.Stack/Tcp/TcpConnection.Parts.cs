using SocketPools.Stack.Core;

namespace SocketPools.Stack.Tcp;

/// <summary>What an idle connection does without: it is there while something is carried, and until its timers have left their queue.</summary>
internal sealed partial class TcpConnection : ITimerOwner
{
    private TransferParts? _parts;

    private TransferParts Parts => _parts ?? RentParts();

    /// <summary>Bytes that are not acknowledged, sent or not.</summary>
    private long SendLength => _parts?.Sending.Length ?? 0;

    private StackTimer? SendTimer => _parts?.SendTimer;

    private StackTimer? AcknowledgmentTimer => _parts?.AcknowledgmentTimer;

    void ITimerOwner.Fire(StackTimer timer)
    {
        if (timer == SendTimer)
        {
            OnSendTimer();
        }
        else
        {
            OnAcknowledgmentTimer();
        }
    }

    void ITimerOwner.Rest(StackTimer timer) => ReturnIdleParts();

    private TransferParts RentParts()
    {
        _parts = _shard.Parts.Rent(this);
        _parts.Receiving.HoldLimit = 2L * _receiveLimit;
        return _parts;
    }

    private void ReturnIdleParts()
    {
        if (_parts is { IsIdle: true } parts)
        {
            _parts = null;
            _shard.Parts.Return(parts);
        }
    }

    private void SetReceiveLimit(int limit)
    {
        _receiveLimit = limit;
        if (_parts is not null)
        {
            _parts.Receiving.HoldLimit = 2L * limit;
        }
    }
}
