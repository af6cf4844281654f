using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Microsoft.Win32.SafeHandles;

namespace SocketPools.Simulation.Conducting;

/// <summary>
/// Threads that programs have started during a simulation (<c>new Thread</c>) and that have not blocked in a simulated call. While one of them
/// runs, the clock stands still: it may be about to send something. Linux tells which ones run; elsewhere they are not looked for.
/// </summary>
/// <remarks>
/// A thread becomes runnable before the call that starts or wakes it returns. So when nothing else runs, one that has work is seen to run.
/// The number of all threads costs one system call for each move of the clock; their states are read where it has changed. A thread that ends hides one
/// that begins, so the list is read again while one is on its way out.
/// </remarks>
[SuppressMessage("Design", "CA1001", Justification = "It is closed when the simulation is over.")]
internal sealed class OutsideThreads
{
    // Its own threads have these names, as compilers and collectors in the background. A pool's worker may have given its name to one that it has started.
    private const string RuntimeName = ".NET ";
    private const string WorkerName = ".NET TP Worker";

    private readonly HashSet<int> _known = [];
    private readonly ConcurrentDictionary<int, bool> _insiders = new();
    private readonly Dictionary<int, SafeFileHandle> _watched = [];
    private readonly byte[] _buffer = new byte[512];
    private uint _count;

    // The value: whether it ends for sure. Others may also go to sleep.
    private readonly Dictionary<int, bool> _leaving = [];
    private bool _isClosed;

    [ThreadStatic]
    private static OutsideThreads? s_insideOf;

    // All that are there are left alone. One that runs now may be about to end.
    private OutsideThreads()
    {
        _count = LinuxThreads.Count();
        foreach (int thread in All())
        {
            _known.Add(thread);
            if (thread != LinuxThreads.Current && RunsNow(thread))
            {
                _leaving.Add(thread, false);
            }
        }
    }

    /// <summary>The name of the one for which the clock waits; null for none.</summary>
    internal string? Running { get; private set; }

    /// <summary>Begins with those that are there now, which are left alone. Null where the system does not tell.</summary>
    internal static OutsideThreads? Find() => LinuxThreads.IsSupported ? new OutsideThreads() : null;

    /// <summary>The calling thread is known to the conductor, which knows when it runs.</summary>
    internal void NoteInsider()
    {
        if (s_insideOf != this)
        {
            s_insideOf = this;
            _insiders.TryAdd(LinuxThreads.Current, true);
        }
    }

    /// <summary>The calling thread, which the conductor has known, is about to end.</summary>
    internal void NoteLeaving()
    {
        lock (_leaving)
        {
            _leaving[LinuxThreads.Current] = true;
        }
    }

    /// <summary>Called when nothing else runs. Waits while one of them runs, or until there is something else to do.</summary>
    /// <param name="isAnythingElse">Whether there is something else to do.</param>
    /// <returns>Whether one has run: it may have left work.</returns>
    internal bool WaitForAll(Func<bool> isAnythingElse)
    {
        uint count = LinuxThreads.Count();
        if (count != _count || _leaving.Count > 0)
        {
            _count = count;
            Look();
        }

        if (_watched.Count == 0)
        {
            return false;
        }

        bool hasAnyRun = false;
        List<int>? gone = null;
        foreach ((int thread, SafeFileHandle state) in _watched)
        {
            bool isInsider = _insiders.ContainsKey(thread), isThere = true;
            if (!isInsider && IsRunning(state, out isThere))
            {
                hasAnyRun = true;
                Wait(state, isAnythingElse, out isThere);
            }

            if (isInsider || !isThere)
            {
                (gone ??= []).Add(thread);
            }
        }

        if (gone is not null)
        {
            gone.ForEach(Forget);
            Look();
            return true;
        }

        return hasAnyRun;
    }

    /// <summary>The simulation is over.</summary>
    internal void Close()
    {
        _isClosed = true;
        foreach (int thread in _watched.Keys.ToArray())
        {
            Forget(thread);
        }
    }

    private static IEnumerable<int> All() => Directory.EnumerateDirectories(LinuxThreads.Tasks)
        .Select(task => int.Parse(Path.GetFileName(task), NumberStyles.None, CultureInfo.InvariantCulture));

    private void Wait(SafeFileHandle state, Func<bool> isAnythingElse, out bool isThere)
    {
        Running = Name();
        SpinWait spin = default;
        do
        {
            spin.SpinOnce(sleep1Threshold: 20);
        }
        while (IsRunning(state, out isThere) && !isAnythingElse());
        Running = null;
    }

    /// <summary>Finds new ones. Threads that have ended are found when their state is read.</summary>
    private void Look()
    {
        if (_isClosed)
        {
            return;
        }

        HashSet<int> all = [.. All()];
        _known.IntersectWith(all);
        lock (_leaving)
        {
            foreach ((int thread, bool isSure) in _leaving.ToArray())
            {
                if (!all.Contains(thread) || (!isSure && !RunsNow(thread)))
                {
                    _leaving.Remove(thread);
                }
            }
        }

        foreach (int thread in all)
        {
            if (_known.Add(thread) && !_insiders.ContainsKey(thread) && Open(thread) is { } state)
            {
                _watched.Add(thread, state);
            }
        }
    }

    private void Forget(int thread)
    {
        if (_watched.Remove(thread, out SafeFileHandle? state))
        {
            state.Dispose();
        }
    }

    private bool RunsNow(int thread)
    {
        using SafeFileHandle? state = Open(thread);
        return state is not null && IsRunning(state, out _);
    }

    private SafeFileHandle? Open(int thread)
    {
        SafeFileHandle? state = null;
        try
        {
            state = File.OpenHandle(string.Create(CultureInfo.InvariantCulture, $"{LinuxThreads.Tasks}/{thread}/stat"));
            IsRunning(state, out bool isThere);
            string name = Name();
            if (isThere && (name == WorkerName || !name.StartsWith(RuntimeName, StringComparison.Ordinal)))
            {
                return state;
            }
        }
        catch (IOException)
        {
            // It has ended.
        }

        state?.Dispose();
        return null;
    }

    // "17 (name) S 1 ...": the name may have anything in it. A thread that waits for a disk goes on by itself.
    private bool IsRunning(SafeFileHandle stat, out bool isThere)
    {
        int length;
        try
        {
            length = RandomAccess.Read(stat, _buffer, 0);
        }
        catch (IOException)
        {
            length = 0;
        }

        Array.Clear(_buffer, length, _buffer.Length - length);
        int end = _buffer.AsSpan(0, length).LastIndexOf(") "u8);
        byte state = end < 0 ? (byte)'X' : _buffer[end + 2];
        isThere = state is not ((byte)'X' or (byte)'Z');
        return state is (byte)'R' or (byte)'D';
    }

    // Of the thread whose state was read last.
    private string Name()
    {
        ReadOnlySpan<byte> text = _buffer;
        int start = text.IndexOf((byte)'(') + 1, end = text.LastIndexOf(") "u8);
        return end < start ? "" : System.Text.Encoding.UTF8.GetString(text[start..end]);
    }
}
