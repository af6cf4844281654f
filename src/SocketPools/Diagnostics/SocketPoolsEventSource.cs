using System.Diagnostics.Tracing;

namespace SocketPools.Diagnostics;

/// <summary>
/// The event source <c>SocketPools</c>, for <c>dotnet-trace</c>, <c>dotnet-counters</c> and listeners in the process. Its events
/// are numbers and strings only, so that it needs no reflection to write one.
/// </summary>
[EventSource(Name = SocketPoolTelemetry.Name)]
internal sealed class SocketPoolsEventSource : EventSource
{
    internal static readonly SocketPoolsEventSource Log = new();

    [Event(1, Level = EventLevel.Verbose)]
    internal void Opened(string radio, long socket, string transport, string type) => WriteEvent(1, radio, socket, transport, type);

    [Event(2, Level = EventLevel.Verbose)]
    internal void Closed(string radio, long socket, string reason, double seconds) => WriteEvent(2, radio, socket, reason, seconds);

    [Event(3, Level = EventLevel.Informational)]
    internal void ConnectStart(string radio, long socket, string peer) => WriteEvent(3, radio, socket, peer);

    /// <summary>Follows each start, after <see cref="ConnectFailed"/> too.</summary>
    [Event(4, Level = EventLevel.Informational)]
    internal void ConnectStop(string radio, long socket, string peer, double seconds) => WriteEvent(4, radio, socket, peer, seconds);

    [Event(5, Level = EventLevel.Error)]
    internal void ConnectFailed(string radio, long socket, string peer, string error) => WriteEvent(5, radio, socket, peer, error);

    [Event(6, Level = EventLevel.Informational)]
    internal void Accepted(string radio, long socket, string peer) => WriteEvent(6, radio, socket, peer);

    [Event(7, Level = EventLevel.Warning)]
    internal void Exhausted(string radio, int limit) => WriteEvent(7, radio, limit);

    [Event(8, Level = EventLevel.Warning)]
    internal void Leaked(string radio, long socket, string createdBy) => WriteEvent(8, radio, socket, createdBy);

    [Event(9, Level = EventLevel.Informational)]
    internal void LookupStart(string radio, string host) => WriteEvent(9, radio, host);

    /// <summary>Follows each start, after <see cref="LookupFailed"/> too.</summary>
    [Event(10, Level = EventLevel.Informational)]
    internal void LookupStop(string radio, string host, double seconds) => WriteEvent(10, radio, host, seconds);

    [Event(11, Level = EventLevel.Error)]
    internal void LookupFailed(string radio, string host, string error) => WriteEvent(11, radio, host, error);

    [Event(12, Level = EventLevel.Error)]
    internal void ObserverFailed(string radio, string observer, string error) => WriteEvent(12, radio, observer, error);

    [Event(13, Level = EventLevel.Error)]
    internal void CallbackFailed(string callback, string error) => WriteEvent(13, callback, error);

    [Event(14, Level = EventLevel.Warning)]
    internal void CapacityWaitStart(string radio, string purpose, int position) => WriteEvent(14, radio, purpose, position);

    /// <summary>Follows each start; the error is empty when there was room in the end.</summary>
    [Event(15, Level = EventLevel.Informational)]
    internal void CapacityWaitStop(string radio, string purpose, double seconds, string error) => WriteEvent(15, radio, purpose, seconds, error);

    [Event(16, Level = EventLevel.Informational)]
    internal void OptionIgnored(string radio, long socket, string option, string error) => WriteEvent(16, radio, socket, option, error);
}
