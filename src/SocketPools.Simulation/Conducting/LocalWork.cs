using System.Diagnostics.CodeAnalysis;
using System.Reflection;

namespace SocketPools.Simulation.Conducting;

/// <summary>
/// Work that a worker of the thread pool has queued for itself, given to all when it blocks, as Task.Wait does. Without it the order in
/// which others take it from several blocked workers depends on chance.
/// </summary>
internal static class LocalWork
{
    private const BindingFlags All = BindingFlags.Instance | BindingFlags.Static | BindingFlags.NonPublic | BindingFlags.Public;
    private static readonly Action s_transfer = RuntimeAccess.IsSupported ? Find() : static () => { };

    internal static void Share() => s_transfer();

    [RequiresUnreferencedCode(RuntimeAccess.Needed)]
    private static Action Find()
    {
        object? queue = typeof(ThreadPool).GetField("s_workQueue", All)?.GetValue(null);
        MethodInfo? method = queue?.GetType().GetMethod("TransferAllLocalWorkItemsToHighPriorityGlobalQueue", All, Type.EmptyTypes);
        return method is null ? static () => { } : method.IsStatic ? method.CreateDelegate<Action>() : method.CreateDelegate<Action>(queue);
    }
}
