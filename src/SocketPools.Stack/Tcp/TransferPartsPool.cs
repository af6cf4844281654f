using SocketPools.Stack.Core;

namespace SocketPools.Stack.Tcp;

/// <summary>Parts for connections that carry something. Used with the stack's gate held.</summary>
internal sealed class TransferPartsPool
{
    private const int MostKept = 256;

    private readonly Stack<TransferParts> _idle = new();

    internal TransferParts Rent(ITimerOwner owner)
    {
        if (!_idle.TryPop(out TransferParts? parts))
        {
            parts = new TransferParts();
        }

        parts.SetOwner(owner);
        return parts;
    }

    internal void Return(TransferParts parts)
    {
        parts.SetOwner(null);
        parts.Sending.Trim();
        parts.Receiving.Trim();
        if (_idle.Count < MostKept)
        {
            _idle.Push(parts);
        }
    }
}
