using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using SocketPools.Diagnostics;
using SocketPools.Radios;

namespace SocketPools.Extensions;

/// <summary>
/// Writes what happens in a pool to a log. <c>AddSocketPool</c> adds one to each pool that the container makes; for other pools:
/// <c>pool.AddObserver(new SocketPoolLogger(loggerFactory))</c>.
/// </summary>
/// <param name="loggerFactory">Makes the logger of the category <see cref="SocketPoolTelemetry.Name"/>.</param>
public sealed partial class SocketPoolLogger(ILoggerFactory loggerFactory) : SocketPoolObserver
{
    private readonly ILogger _logger = loggerFactory.CreateLogger(SocketPoolTelemetry.Name);

    /// <inheritdoc/>
    public override void OnOpened(SocketPool pool, SocketInfo socket)
    {
        if (_logger.IsEnabled(LogLevel.Trace))
        {
            SocketOpened(pool.Radio.Name, socket.Id, socket.Transport, socket.Family);
        }
    }

    /// <inheritdoc/>
    public override void OnAccepted(SocketPool pool, SocketInfo socket) => SocketAccepted(pool.Radio.Name, socket.Id, socket.Remote);

    /// <inheritdoc/>
    public override void OnClosed(SocketPool pool, SocketInfo socket, SocketCloseReason reason)
    {
        if (_logger.IsEnabled(LogLevel.Trace))
        {
            SocketClosed(pool.Radio.Name, socket.Id, socket.Age.TotalSeconds, reason);
        }
    }

    /// <inheritdoc/>
    public override void OnConnected(SocketPool pool, SocketInfo socket, IPSocketAddress remote, TimeSpan elapsed) =>
        Connected(pool.Radio.Name, socket.Id, remote, elapsed.TotalMilliseconds);

    /// <inheritdoc/>
    public override void OnConnectFailed(SocketPool pool, SocketInfo socket, IPSocketAddress remote, Exception exception, TimeSpan elapsed) =>
        ConnectFailed(pool.Radio.Name, socket.Id, remote, elapsed.TotalMilliseconds, exception.Message);

    /// <inheritdoc/>
    public override void OnLookupCompleted(SocketPool pool, AddressQuery query, TimeSpan elapsed) =>
        LookedUp(pool.Radio.Name, VisibleText.Escape(query.Host), elapsed.TotalMilliseconds);

    /// <inheritdoc/>
    public override void OnLookupFailed(SocketPool pool, AddressQuery query, Exception exception, TimeSpan elapsed) =>
        LookupFailed(pool.Radio.Name, VisibleText.Escape(query.Host), elapsed.TotalMilliseconds, exception.Message);

    /// <inheritdoc/>
    public override void OnExhausted(SocketPool pool) => OutOfSockets(pool.Radio.Name, pool.MaxSockets);

    /// <inheritdoc/>
    public override void OnCapacityWaitStarted(SocketPool pool, CapacityWait wait)
    {
        ArgumentNullException.ThrowIfNull(wait);

        // A full pool makes many wait: the first of them says who holds the places.
        if (wait.Position > 1)
        {
            CapacityWaitQueued(pool.Radio.Name, wait.Purpose, wait.Position);
        }
        else if (_logger.IsEnabled(LogLevel.Warning))
        {
            CapacityWaitStarted(pool.Radio.Name, wait.Purpose, wait.ToException().HolderTable, pool.MaxSockets);
        }
    }

    /// <inheritdoc/>
    public override void OnCapacityWaitEnded(SocketPool pool, CapacityWait wait, Exception? exception, TimeSpan elapsed)
    {
        ArgumentNullException.ThrowIfNull(wait);
        if (exception is null)
        {
            CapacityWaitEnded(pool.Radio.Name, wait.Purpose, elapsed.TotalMilliseconds);
        }
        else
        {
            CapacityWaitFailed(pool.Radio.Name, wait.Purpose, elapsed.TotalMilliseconds, exception.Message);
        }
    }

    /// <inheritdoc/>
    public override void OnOptionIgnored(SocketPool pool, SocketInfo socket, SocketOptionLevel level, SocketOptionName name, Errno errno) =>
        OptionIgnored(pool.Radio.Name, socket.Id, level, name, errno);

    /// <inheritdoc/>
    public override void OnLeaked(SocketPool pool, SocketSnapshot socket) =>
        SocketLeaked(pool.Radio.Name, socket.Id, socket.State, socket.CreatedBy ?? "an unknown line (set TrackCallers to see it)");

    [LoggerMessage(1, LogLevel.Trace, "Radio {Radio}: socket {Socket} opened, {Transport} {Family}", SkipEnabledCheck = true)]
    private partial void SocketOpened(string radio, long socket, string transport, AddressFamily family);

    [LoggerMessage(2, LogLevel.Trace, "Radio {Radio}: socket {Socket} accepted from {Remote}")]
    private partial void SocketAccepted(string radio, long socket, IPSocketAddress remote);

    [LoggerMessage(3, LogLevel.Trace, "Radio {Radio}: socket {Socket} closed after {Seconds} s: {Reason}", SkipEnabledCheck = true)]
    private partial void SocketClosed(string radio, long socket, double seconds, SocketCloseReason reason);

    [LoggerMessage(4, LogLevel.Debug, "Radio {Radio}: socket {Socket} connected to {Remote} in {Milliseconds} ms")]
    private partial void Connected(string radio, long socket, IPSocketAddress remote, double milliseconds);

    [LoggerMessage(5, LogLevel.Information, "Radio {Radio}: socket {Socket} could not connect to {Remote}, after {Milliseconds} ms: {Reason}")]
    private partial void ConnectFailed(string radio, long socket, IPSocketAddress remote, double milliseconds, string reason);

    [LoggerMessage(6, LogLevel.Debug, "Radio {Radio}: {Host} looked up in {Milliseconds} ms")]
    private partial void LookedUp(string radio, string? host, double milliseconds);

    [LoggerMessage(7, LogLevel.Information, "Radio {Radio}: {Host} could not be looked up, after {Milliseconds} ms: {Reason}")]
    private partial void LookupFailed(string radio, string? host, double milliseconds, string reason);

    [LoggerMessage(8, LogLevel.Warning, "Radio {Radio}: out of sockets, all {MaxSockets} are in use")]
    private partial void OutOfSockets(string radio, int maxSockets);

    [LoggerMessage(9, LogLevel.Warning, "Radio {Radio}: socket {Socket} ({State}) was collected without having been closed; made at {CreatedBy}")]
    private partial void SocketLeaked(string radio, long socket, SocketState state, string createdBy);

    [LoggerMessage(10, LogLevel.Warning, "Radio {Radio}: {Purpose} waits for a place, all {MaxSockets} are in use. Holders:\n{Holders}", SkipEnabledCheck = true)]
    private partial void CapacityWaitStarted(string radio, string purpose, string holders, int maxSockets);

    [LoggerMessage(11, LogLevel.Debug, "Radio {Radio}: {Purpose} waits for a place, with {Position} waiting")]
    private partial void CapacityWaitQueued(string radio, string purpose, int position);

    [LoggerMessage(12, LogLevel.Debug, "Radio {Radio}: {Purpose} has waited {Milliseconds} ms for a place")]
    private partial void CapacityWaitEnded(string radio, string purpose, double milliseconds);

    [LoggerMessage(13, LogLevel.Information, "Radio {Radio}: {Purpose} waited {Milliseconds} ms for a place in vain: {Reason}")]
    private partial void CapacityWaitFailed(string radio, string purpose, double milliseconds, string reason);

    [LoggerMessage(14, LogLevel.Debug, "Radio {Radio}: socket {Socket} goes on without the option {Level}.{Name}: {Errno}")]
    private partial void OptionIgnored(string radio, long socket, SocketOptionLevel level, SocketOptionName name, Errno errno);
}
