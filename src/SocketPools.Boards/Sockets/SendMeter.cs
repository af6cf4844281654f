using System.Buffers.Binary;
using SocketPools.Radios;

namespace SocketPools.Boards.Sockets;

/// <summary>
/// How much of a board's send buffer is free: what was sent less what the peer has acknowledged. Linux tells that (TCP_INFO). Where the inner
/// radio does not, its own buffer is what there is; a stack's has the board's size.
/// </summary>
/// <param name="inner">The inner socket.</param>
/// <param name="size">The board's buffer, in bytes.</param>
internal sealed class SendMeter(RadioSocket inner, int size)
{
    // tcp(7): TCP_INFO, and tcpi_bytes_acked in struct tcp_info of linux/tcp.h.
    private const int TcpLevel = 6;
    private const int TcpInfo = 11;
    private const int AcknowledgedAt = 120;

    private long _sent;
    private long _base;
    private bool _isTold;

    /// <summary>The connection is up: nothing was sent yet.</summary>
    internal void Start() => _isTold = TryRead(out _base);

    /// <summary>Bytes that fit now.</summary>
    internal int Room => !_isTold ? size : TryRead(out long acknowledged) ? (int)Math.Clamp(size - (_sent - (acknowledged - _base)), 0, size) : 0;

    internal void Add(int count) => _sent += count;

    private bool TryRead(out long acknowledged)
    {
        Span<byte> info = stackalloc byte[256];
        RadioResult result = inner.GetRawOption(TcpLevel, TcpInfo, info);
        bool isTold = !result.Failed && result.Count >= AcknowledgedAt + sizeof(long);
        acknowledged = isTold ? (long)(BitConverter.IsLittleEndian ? BinaryPrimitives.ReadUInt64LittleEndian(info[AcknowledgedAt..]) : BinaryPrimitives.ReadUInt64BigEndian(info[AcknowledgedAt..])) : 0;
        return isTold;
    }
}
