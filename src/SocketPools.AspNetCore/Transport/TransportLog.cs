using System.Net;
using Microsoft.Extensions.Logging;
using SocketPools.Radios;

namespace SocketPools.AspNetCore.Transport;

/// <summary>The transport's messages; those about connections say what Kestrel's own transport says, at its levels.</summary>
internal static partial class TransportLog
{
    [LoggerMessage(1, LogLevel.Warning, "Accepting on {EndPoint} pauses: {Errno}. Connections wait in the backlog until the system has descriptors again.")]
    internal static partial void AcceptingPaused(ILogger logger, EndPoint endPoint, Errno errno);

    [LoggerMessage(2, LogLevel.Information, "Accepting on {EndPoint} goes on.")]
    internal static partial void AcceptingAgain(ILogger logger, EndPoint endPoint);

    [LoggerMessage(3, LogLevel.Debug, "A connection to {EndPoint} was gone before it was accepted: {Errno}.")]
    internal static partial void AcceptFailed(ILogger logger, EndPoint endPoint, Errno errno);

    [LoggerMessage(4, LogLevel.Debug, "Connection id \"{ConnectionId}\" paused.", SkipEnabledCheck = true)]
    internal static partial void ReadingPaused(ILogger logger, string connectionId);

    [LoggerMessage(5, LogLevel.Debug, "Connection id \"{ConnectionId}\" resumed.", SkipEnabledCheck = true)]
    internal static partial void ReadingResumed(ILogger logger, string connectionId);

    [LoggerMessage(6, LogLevel.Debug, "Connection id \"{ConnectionId}\" received FIN.", SkipEnabledCheck = true)]
    internal static partial void ReceivedEnd(ILogger logger, string connectionId);

    [LoggerMessage(7, LogLevel.Debug, "Connection id \"{ConnectionId}\" sending FIN.", SkipEnabledCheck = true)]
    internal static partial void SendingEnd(ILogger logger, string connectionId);

    [LoggerMessage(8, LogLevel.Debug, "Connection id \"{ConnectionId}\" sending RST because: \"{Reason}\"", SkipEnabledCheck = true)]
    internal static partial void SendingReset(ILogger logger, string connectionId, string reason);

    [LoggerMessage(9, LogLevel.Debug, "Connection id \"{ConnectionId}\" reset.", SkipEnabledCheck = true)]
    internal static partial void Reset(ILogger logger, string connectionId);

    [LoggerMessage(10, LogLevel.Debug, "Connection id \"{ConnectionId}\" communication error.", SkipEnabledCheck = true)]
    internal static partial void Failed(ILogger logger, string connectionId, Exception exception);

    [LoggerMessage(11, LogLevel.Error, "Connection id \"{ConnectionId}\": unexpected failure.")]
    internal static partial void Unexpected(ILogger logger, string connectionId, Exception exception);
}
