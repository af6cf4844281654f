using System.Globalization;
using System.Runtime.InteropServices;
using SocketPools.Stack;

namespace SocketPools.Python.PyTypes;

/// <summary>What a thread has of ours: the interpreter's state while it runs without the interpreter's lock.</summary>
/// <param name="id">The kernel's number of the thread.</param>
internal sealed class PythonThreadState(int id)
{
    private volatile bool _isOutside;

    internal int Id { get; set; } = id;

    /// <summary>The interpreter's state of the thread while the lock is released, else 0.</summary>
    internal nint State { get; set; }

    /// <summary>Whether the thread is in a call without the interpreter's lock, and may run our code.</summary>
    internal bool IsOutside
    {
        get => _isOutside;
        set => _isOutside = value;
    }
}

/// <summary>
/// os.fork copies one thread and all memory. Our locks, and .NET's collector, would wait in the child for threads that are not
/// there; so a fork waits until every other thread that is in a call of ours, and every one of .NET's, sleeps in the kernel.
/// The forking thread holds the interpreter's lock, so each of them soon does: in its system call, or in waiting for that lock.
/// </summary>
internal static unsafe partial class Forks
{
    // Long enough for any copying in the kernel; a fork then goes on, as it would have without us.
    private static readonly TimeSpan s_longest = TimeSpan.FromSeconds(1);

    // How the names of .NET's threads begin, and of those that wait for a stack's links.
    private static readonly string[] s_ours = ["(.NET", "(socketpool "];

    // Replaced, never changed, by the holder of the interpreter's lock: a thread that forks without it (C code, ctypes) reads them too.
    private static volatile PythonThreadState[] s_places = [];
    private static volatile SocketPool[] s_pools = [];
    private static volatile StackRadio[] s_stacks = [];
    private static StackRadio[] s_held = [];
    private static bool s_hadStacks;
    private static int s_sweepAt = 16;
    private static bool s_watching;

    /// <summary>From now on forks wait.</summary>
    internal static void Watch()
    {
        if (!s_watching)
        {
            s_watching = true;
            _ = pthread_atfork(&BeforeFork, &AfterForkInParent, &AfterForkInChild);
        }
    }

    /// <summary>The calling thread's place. It holds the interpreter's lock.</summary>
    internal static PythonThreadState Register()
    {
        if (s_places.Length >= s_sweepAt)
        {
            s_places = Array.FindAll(s_places, p => p.IsOutside || File.Exists(StatusOf(p.Id)));
            s_sweepAt = 2 * s_places.Length + 16;
        }

        PythonThreadState place = new(gettid());
        s_places = [.. s_places, place];
        return place;
    }

    /// <summary>A pool whose sockets a child inherits. The caller holds the interpreter's lock.</summary>
    internal static void Add(SocketPool pool) => s_pools = [.. s_pools, pool];

    /// <summary>The pool's object is gone, and with it the sockets. The caller holds the interpreter's lock.</summary>
    internal static void Remove(SocketPool pool) => s_pools = Array.FindAll(s_pools, p => p != pool);

    /// <summary>Whether this process was forked from one that had a stack, and so may lack the threads that another would need.</summary>
    internal static bool HasLostStacks { get; private set; }

    /// <summary>A stack, which stays with this process. The caller holds the interpreter's lock.</summary>
    internal static void Add(StackRadio stack)
    {
        s_hadStacks = true;
        s_stacks = [.. s_stacks, stack];
    }

    /// <summary>The stack has ended. The caller holds the interpreter's lock.</summary>
    internal static void Remove(StackRadio stack) => s_stacks = Array.FindAll(s_stacks, s => s != stack);

    [UnmanagedCallersOnly]
    private static void BeforeFork()
    {
        int self = gettid();
        long start = TimeProvider.System.GetTimestamp();
        HashSet<int> outside = [.. s_places.Where(p => p.IsOutside).Select(p => p.Id)];
        foreach (string folder in Directory.EnumerateDirectories("/proc/self/task"))
        {
            int id = int.Parse(Path.GetFileName(folder), CultureInfo.InvariantCulture);
            while (id != self && MayRunOurCode(id, outside.Contains(id)) && TimeProvider.System.GetElapsedTime(start) < s_longest)
            {
                Thread.Yield();
            }
        }

        // No other thread is in the middle of a stack, neither here nor, as a copy, in the child.
        s_held = Array.FindAll(s_stacks, s => s.TryPrepareFork(s_longest));
    }

    [UnmanagedCallersOnly]
    private static void AfterForkInParent() => ReleaseStacks(isChild: false);

    [UnmanagedCallersOnly]
    private static void AfterForkInChild()
    {
        s_places = [];
        if (Gil.CurrentPlace is { } own)
        {
            own.Id = gettid();
            s_places = [own];
        }

        foreach (SocketPool pool in s_pools)
        {
            pool.ResetAfterFork();
        }

        HasLostStacks = s_hadStacks;
        ReleaseStacks(isChild: true);
    }

    private static void ReleaseStacks(bool isChild)
    {
        foreach (StackRadio stack in s_held)
        {
            stack.CompleteFork(isChild);
        }

        s_held = [];
    }

    /// <summary>
    /// Whether a thread runs, or would if there were a processor free, and is in a call of ours or one of .NET's own, which look
    /// up names and finalise. proc(5): the name in parentheses and the letter after it.
    /// </summary>
    private static bool MayRunOurCode(int id, bool isOutside)
    {
        try
        {
            string status = File.ReadAllText(StatusOf(id));
            return status[status.LastIndexOf(')') + 2] == 'R' && (isOutside || s_ours.Any(name => status.Contains(name, StringComparison.Ordinal)));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    /// <summary>The kernel's number of the calling thread.</summary>
    internal static int CurrentThread => gettid();

    /// <summary>Whether a thread of this process sleeps in the kernel.</summary>
    internal static bool IsAsleep(int id)
    {
        try
        {
            string status = File.ReadAllText(StatusOf(id));
            return status[status.LastIndexOf(')') + 2] is 'S' or 'D';
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private static string StatusOf(int id) => $"/proc/self/task/{id}/stat";

    [LibraryImport("libc")]
    private static partial int gettid();

    [LibraryImport("libc")]
    private static partial int pthread_atfork(delegate* unmanaged<void> prepare, delegate* unmanaged<void> parent, delegate* unmanaged<void> child);
}
