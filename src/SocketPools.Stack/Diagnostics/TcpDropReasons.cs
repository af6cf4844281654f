using SocketPools.Stack.Core;
using SocketPools.Stack.Tcp;

namespace SocketPools.Stack.Diagnostics;

/// <summary>TCP's reasons in the words of the whole stack.</summary>
internal static class TcpDropReasons
{
    internal static DropReason Of(TcpDrop reason) => reason switch
    {
        TcpDrop.Malformed => DropReason.Malformed,
        TcpDrop.Checksum => DropReason.Checksum,
        TcpDrop.NoConnection => DropReason.NoListener,
        TcpDrop.TooManyGaps => DropReason.ReceiveQueue,
        TcpDrop.AcceptQueueFull => DropReason.AcceptQueue,
        TcpDrop.TooManyConnections => DropReason.ConnectionLimit,
        TcpDrop.NoRoute => DropReason.NoRoute,
        _ => DropReason.TcpUnacceptableSegment,
    };
}
