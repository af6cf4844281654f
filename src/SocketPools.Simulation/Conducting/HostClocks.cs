using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.Reflection;

namespace SocketPools.Simulation.Conducting;

/// <summary>
/// Gives the simulation's clock to Kestrel in every host that is built meanwhile: the Date header, its limits and its heartbeat, whose thread
/// sleeps. Hosts say that they are built (the diagnostic listener Microsoft.Extensions.Hosting), so programs need not.
/// </summary>
[RequiresUnreferencedCode(RuntimeAccess.Needed)]
internal sealed class HostClocks : IObserver<DiagnosticListener>, IObserver<KeyValuePair<string, object?>>, IDisposable
{
    private const BindingFlags All = BindingFlags.Instance | BindingFlags.NonPublic | BindingFlags.Public;

    // The longest that its thread can wait for; it warns of heartbeats that are longer than its interval.
    private static readonly TimeSpan s_never = TimeSpan.FromDays(20);
    private readonly TimeProvider _clock;
    private readonly List<IDisposable> _subscriptions = [];
    private readonly List<ITimer> _heartbeats = [];

    internal HostClocks(TimeProvider clock)
    {
        _clock = clock;
        _subscriptions.Add(DiagnosticListener.AllListeners.Subscribe(this));
    }

    public void Dispose()
    {
        _subscriptions.ForEach(one => one.Dispose());
        _heartbeats.ForEach(one => one.Dispose());
    }

    void IObserver<DiagnosticListener>.OnNext(DiagnosticListener value)
    {
        if (value.Name == "Microsoft.Extensions.Hosting")
        {
            _subscriptions.Add(value.Subscribe(this));
        }
    }

    void IObserver<KeyValuePair<string, object?>>.OnNext(KeyValuePair<string, object?> value)
    {
        if (value.Key == "HostBuilt" && value.Value?.GetType().GetProperty("Services")?.GetValue(value.Value) is IServiceProvider services
            && Type.GetType("Microsoft.AspNetCore.Hosting.Server.IServer, Microsoft.AspNetCore.Hosting.Server.Abstractions") is { } serverType
            && services.GetService(serverType) is { } server)
        {
            SetClock(server);
        }
    }

    void IObserver<DiagnosticListener>.OnCompleted()
    {
    }

    void IObserver<DiagnosticListener>.OnError(Exception error)
    {
    }

    void IObserver<KeyValuePair<string, object?>>.OnCompleted()
    {
    }

    void IObserver<KeyValuePair<string, object?>>.OnError(Exception error)
    {
    }

    internal void SetClock(object server)
    {
        // Kestrel's own class, or the one around it that adds the default transports.
        object kestrel = server.GetType().GetProperty("ServiceContext", All) is not null
            ? server
            : server.GetType().GetFields(All).Select(f => f.GetValue(server)).FirstOrDefault(v => v?.GetType().GetProperty("ServiceContext", All) is not null) ?? server;
        if (kestrel.GetType().GetProperty("ServiceContext", All)?.GetValue(kestrel) is not { } context)
        {
            if (server.GetType().Namespace?.StartsWith("Microsoft.AspNetCore.Server.Kestrel", StringComparison.Ordinal) == true)
            {
                throw Unknown(server, "ServiceContext");
            }

            return; // another server
        }

        SetClockFields(context);
        object? heartbeat = context.GetType().GetProperty("Heartbeat", All)?.GetValue(context);
        object? date = context.GetType().GetProperty("DateHeaderValueManager", All)?.GetValue(context);
        if (date is not null)
        {
            SetClockFields(date);
        }

        if (heartbeat?.GetType().GetField("_interval", All) is not { } interval || heartbeat.GetType().GetMethod("OnHeartbeat", All) is not { } beat)
        {
            throw Unknown(server, "Heartbeat");
        }

        SetClockFields(heartbeat);
        TimeSpan period = (TimeSpan)interval.GetValue(heartbeat)!;
        interval.SetValue(heartbeat, s_never);
        Action call = beat.CreateDelegate<Action>(heartbeat);
        _heartbeats.Add(_clock.CreateTimer(_ => call(), null, period, period));
    }

    private static PlatformNotSupportedException Unknown(object server, string what) => new(
        $"Kestrel's clock cannot be taken into simulated time: {server.GetType().FullName} of {server.GetType().Assembly.GetName().Version} has no {what} as expected. "
        + $"Set {nameof(SimulationOptions)}.{nameof(SimulationOptions.AdoptRealTimers)} to false; Kestrel's limits are real then.");

    private void SetClockFields(object target)
    {
        foreach (FieldInfo field in target.GetType().GetFields(All).Where(f => f.FieldType == typeof(TimeProvider)))
        {
            field.SetValue(target, _clock);
        }
    }
}
