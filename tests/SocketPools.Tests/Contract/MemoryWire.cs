using System.Net;
using SocketPools.Radios;

namespace SocketPools.Tests.Contract;

/// <summary>
/// What joins memory radios: everything arrives after the same delay on the wire's clock, in order, and nothing is lost.
/// One gate guards the wire and all its sockets.
/// </summary>
internal sealed class MemoryWire(TimeProvider clock, TimeSpan delay)
{
    private readonly Queue<(long Due, Action Arrive)> _onTheWay = new();
    private readonly Dictionary<IPAddress, MemoryRadio> _radios = [];
    private readonly Dictionary<string, IPAddress> _names = [];

    internal Lock Gate { get; } = new();

    internal TimeProvider Clock => clock;

    internal TimeSpan Delay => delay;

    internal void Attach(MemoryRadio radio, string name)
    {
        _radios.Add(radio.Address, radio);
        _names.Add(name, radio.Address);
    }

    internal MemoryRadio? Find(IPSocketAddress address) => _radios.GetValueOrDefault(address.ToIPAddress());

    internal IPAddress? Find(string name) => _names.GetValueOrDefault(name);

    /// <summary>Lets something happen at the other end, one delay from now.</summary>
    internal void SendUnsynchronized(Action arrive)
    {
        _onTheWay.Enqueue((clock.GetTimestamp() + (long)(delay.TotalSeconds * clock.TimestampFrequency), arrive));
        ITimer? timer = null;
        timer = clock.CreateTimer(
            _ =>
            {
                Deliver();
                timer?.Dispose();
            },
            null,
            delay,
            Timeout.InfiniteTimeSpan);
    }

    private void Deliver()
    {
        lock (Gate)
        {
            // Timers of the same moment fire in any order; the queue keeps it.
            while (_onTheWay.TryPeek(out (long Due, Action Arrive) next) && next.Due <= clock.GetTimestamp())
            {
                _onTheWay.Dequeue().Arrive();
            }
        }
    }
}
