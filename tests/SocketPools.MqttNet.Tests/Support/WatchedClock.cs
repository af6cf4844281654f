using System.Threading.Channels;
using Microsoft.Extensions.Time.Testing;

namespace SocketPools.MqttNet.Tests;

/// <summary>A clock that a test sets, and that tells when somebody begins to wait for it.</summary>
internal sealed class WatchedClock : FakeTimeProvider
{
    private readonly Channel<TimeSpan> _timers = Channel.CreateUnbounded<TimeSpan>();

    /// <summary>The time of the next timer that is set.</summary>
    internal async Task<TimeSpan> NextTimerAsync() => await _timers.Reader.ReadAsync();

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        ITimer timer = base.CreateTimer(callback, state, dueTime, period);
        _timers.Writer.TryWrite(dueTime);
        return timer;
    }
}
