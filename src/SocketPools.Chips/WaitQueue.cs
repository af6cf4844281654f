using SocketPools.Radios;

namespace SocketPools.Chips;

/// <summary>Who waits for what of the radio's sockets. Used under the radio's lock; continuations never run under it.</summary>
internal sealed class WaitQueue
{
    private readonly List<Entry> _entries = [];

    internal bool IsEmpty => _entries.Count == 0;

    internal Entry Add(WiznetSocket socket, Readiness interest)
    {
        Entry entry = new(socket, interest);
        _entries.Add(entry);
        return entry;
    }

    internal void Remove(Entry entry) => _entries.Remove(entry);

    /// <summary>Ends the waits of which a socket is ready; asks each socket's registers once.</summary>
    internal void EndReady()
    {
        WiznetSocket? asked = null;
        for (int i = _entries.Count - 1; i >= 0; i--)
        {
            Entry entry = _entries[i];
            if (entry.Socket != asked)
            {
                asked = entry.Socket;
                asked.RefreshUnsynchronized();
            }

            if ((asked.ReadinessUnsynchronized & (entry.Interest | Readiness.Error | Readiness.HangUp)) != 0)
            {
                _entries.RemoveAt(i);
                entry.TrySetResult(RadioResult.Ok);
            }
        }
    }

    /// <summary>Ends the waits of a socket that was closed.</summary>
    internal void EndAll(WiznetSocket socket)
    {
        for (int i = _entries.Count - 1; i >= 0; i--)
        {
            if (_entries[i].Socket == socket)
            {
                _entries[i].TrySetResult(Errno.EBADF);
                _entries.RemoveAt(i);
            }
        }
    }

    internal sealed class Entry(WiznetSocket socket, Readiness interest)
        : TaskCompletionSource<RadioResult>(TaskCreationOptions.RunContinuationsAsynchronously)
    {
        internal WiznetSocket Socket => socket;

        internal Readiness Interest => interest;
    }
}
