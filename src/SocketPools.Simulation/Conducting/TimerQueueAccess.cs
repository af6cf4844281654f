using System.Diagnostics.CodeAnalysis;
using System.Reflection;

namespace SocketPools.Simulation.Conducting;

/// <summary>The runtime's own timers (System.Threading.TimerQueue), by reflection. Other versions of the runtime may have others.</summary>
[RequiresUnreferencedCode(RuntimeAccess.Needed)]
internal sealed class TimerQueueAccess
{
    private const BindingFlags All = BindingFlags.Instance | BindingFlags.Static | BindingFlags.NonPublic | BindingFlags.Public;
    private readonly List<string> _missing = [];

    internal TimerQueueAccess()
        : this(typeof(object).Assembly.GetType("System.Threading.TimerQueue"), typeof(object).Assembly.GetType("System.Threading.TimerQueueTimer"))
    {
    }

    internal TimerQueueAccess(Type? queueType, Type? timerType)
    {
        ShortTimers = Field(queueType, "_shortTimers");
        LongTimers = Field(queueType, "_longTimers");
        Threshold = Field(queueType, "_currentAbsoluteThreshold");
        IsScheduled = Field(queueType, "_isTimerScheduled");
        ScheduledDuration = Field(queueType, "_currentTimerDuration");
        NativeDue = Field(queueType, "_scheduledDueTimeMs");
        Next = Field(timerType, "_next");
        Previous = Field(timerType, "_prev");
        IsShort = Field(timerType, "_short");
        Start = Field(timerType, "_startTicks");
        Due = Field(timerType, "_dueTime");
        Period = Field(timerType, "_period");
        IsCanceled = Field(timerType, "_canceled");
        Owner = Field(timerType, "_associatedTimerQueue");
        Fire = Method(timerType, "Fire", typeof(bool));
        Delete = Method(queueType, "DeleteTimer", timerType);
        Update = Method(queueType, "UpdateTimer", timerType, typeof(uint), typeof(uint));
        Array? instances = (queueType?.GetProperty("Instances", All)?.GetValue(null) as Array ?? Missing<Array>("TimerQueue.Instances"));
        Instances = instances!;
        Lock = queueType?.GetProperty("SharedLock", All)?.GetValue(instances?.GetValue(0)) as Lock ?? Missing<Lock>("TimerQueue.SharedLock");
        NativeLock = queueType?.GetField("s_timerEventLock", All)?.GetValue(null) as Lock ?? Missing<Lock>("TimerQueue.s_timerEventLock");
    }

    /// <summary>What this runtime does not have; empty where all is as expected.</summary>
    internal IReadOnlyList<string> Unknown => _missing;

    internal Array Instances { get; } = null!;

    internal Lock Lock { get; }

    internal Lock NativeLock { get; }

    internal FieldInfo ShortTimers { get; }

    internal FieldInfo LongTimers { get; }

    internal FieldInfo Threshold { get; }

    internal FieldInfo IsScheduled { get; }

    internal FieldInfo ScheduledDuration { get; }

    internal FieldInfo NativeDue { get; }

    internal FieldInfo Next { get; }

    internal FieldInfo Previous { get; }

    internal FieldInfo IsShort { get; }

    internal FieldInfo Start { get; }

    internal FieldInfo Due { get; }

    internal FieldInfo Period { get; }

    internal FieldInfo IsCanceled { get; }

    internal FieldInfo Owner { get; }

    internal MethodInfo Fire { get; }

    internal MethodInfo Delete { get; }

    internal MethodInfo Update { get; }

    internal static object? Call(MethodInfo method, object? target, params object?[] arguments) =>
        method.Invoke(target, BindingFlags.DoNotWrapExceptions, null, arguments, null);

    private FieldInfo Field(Type? type, string name) => type?.GetField(name, All) ?? Missing<FieldInfo>(name);

    private MethodInfo Method(Type? type, string name, params Type?[] parameters) =>
        (parameters.Contains(null) ? null : type?.GetMethod(name, All, parameters!)) ?? Missing<MethodInfo>(name);

    private T Missing<T>(string name)
        where T : class
    {
        _missing.Add(name);
        return null!;
    }
}
