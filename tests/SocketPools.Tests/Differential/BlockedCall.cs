using System.Diagnostics;
using System.Runtime.InteropServices;

namespace SocketPools.Tests.Differential;

/// <summary>What a signal handler throws, for cases where it does.</summary>
internal sealed class HandlerException : Exception;

/// <summary>One step that runs in a thread of its own; waiting.py is the Python twin.</summary>
internal sealed partial class BlockedCall : IDisposable
{
    private const int SignalNumber = 12; // SIGUSR2 on Linux

    // The system calls of sockets and of waits for them, by number; waiting.py has the same.
    private static readonly string[] s_calls = RuntimeInformation.ProcessArchitecture == Architecture.Arm64
        ? ["22", "72", "73", "202", "203", "206", "207", "211", "212", "242"]
        : ["7", "23", "42", "43", "44", "45", "46", "47", "232", "270", "271", "281", "288"];

    [ThreadStatic]
    private static BlockedCall? s_current;

    private readonly ManualResetEvent _done = new(false);
    private readonly Thread _thread;
    private nint _pthread;
    private volatile int _tid;
    private int _interruptions;
    private volatile bool _waitsForTask;

    static BlockedCall()
    {
        // A harmless function of the C library as the handler, and no SA_RESTART: blocked calls see EINTR.
        nint handler = NativeLibrary.GetExport(NativeLibrary.Load("libc.so.6"), "abs");
        signal(SignalNumber, handler);
        Assert.Equal(0, siginterrupt(SignalNumber, 1));
    }

    internal BlockedCall(Func<string> action, bool throwOnSignal = false)
    {
        ThrowOnSignal = throwOnSignal;
        long start = Stopwatch.GetTimestamp();
        _thread = new Thread(() =>
        {
            s_current = this;
            _pthread = pthread_self();
            _tid = gettid();
            try
            {
                Answer = action();
            }
            catch (Exception e)
            {
                Answer = $"broken: {e}";
            }

            Took = Stopwatch.GetElapsedTime(start);
            _done.Set();
        })
        { IsBackground = true };
        _thread.Start();
    }

    internal string Answer { get; private set; } = "";

    internal TimeSpan Took { get; private set; }

    internal bool HasEnded => _done.WaitOne(0);

    internal int Interruptions => Volatile.Read(ref _interruptions);

    private bool ThrowOnSignal { get; }

    /// <summary>For <see cref="Radios.Radio.Interrupted"/>: counts on the thread whose call met EINTR.</summary>
    internal static void OnInterrupted()
    {
        if (s_current is { } call)
        {
            Interlocked.Increment(ref call._interruptions);
            if (call.ThrowOnSignal)
            {
                throw new HandlerException();
            }
        }
    }

    /// <summary>Tells, until it is disposed, that the call of this thread waits for a task.</summary>
    internal static Waiting NoteWaiting(bool waits) => new(waits ? s_current : null);

    internal bool Join(double seconds) => _done.WaitOne(TimeSpan.FromSeconds(seconds));

    internal void Signal() => _ = pthread_kill(_pthread, SignalNumber); // ESRCH: it has just ended

    /// <summary>Only a call that has ended is let go: its thread still sets the event.</summary>
    public void Dispose()
    {
        if (HasEnded)
        {
            _done.Dispose();
        }
    }

    /// <summary>True when the thread sleeps in a system call or waits for a task, false when it has ended or never does.</summary>
    internal bool WaitUntilBlocked(double seconds = 5)
    {
        long start = Stopwatch.GetTimestamp();
        string? before = null;
        while (!HasEnded && Stopwatch.GetElapsedTime(start).TotalSeconds < seconds)
        {
            if (_waitsForTask)
            {
                return true;
            }

            string? now = SleepsIn();
            if (now is not null && now == before)
            {
                return true;
            }

            before = now;
            _done.WaitOne(1);
        }

        return false;
    }

    /// <summary>The call of the network that the thread sleeps in, with its arguments; null while it runs or sleeps elsewhere.</summary>
    private string? SleepsIn()
    {
        if (_tid == 0)
        {
            return null;
        }

        try
        {
            string text = File.ReadAllText($"/proc/self/task/{_tid}/syscall");
            return s_calls.Contains(text.Split(' ')[0]) ? text : null;
        }
        catch (IOException)
        {
            return null;
        }
    }

    internal readonly ref struct Waiting
    {
        private readonly BlockedCall? _call;

        internal Waiting(BlockedCall? call)
        {
            _call = call;
            call?._waitsForTask = true;
        }

        public void Dispose() => _call?._waitsForTask = false;
    }

    [LibraryImport("libc")]
    private static partial nint pthread_self();

    [LibraryImport("libc")]
    private static partial int pthread_kill(nint thread, int signal);

    [LibraryImport("libc")]
    private static partial int gettid();

    [LibraryImport("libc")]
    private static partial nint signal(int number, nint handler);

    [LibraryImport("libc")]
    private static partial int siginterrupt(int number, int flag);
}
