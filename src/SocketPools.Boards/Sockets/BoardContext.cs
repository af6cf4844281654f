using System.Net;
using SocketPools.Radios;

namespace SocketPools.Boards.Sockets;

/// <summary>What the sockets of one board's radio share.</summary>
/// <param name="radio">The radio that the sockets belong to.</param>
/// <param name="profile">The board.</param>
/// <param name="clock">The radio's clock.</param>
internal sealed class BoardContext(Radio radio, BoardProfile profile, TimeProvider clock)
{
    // A board has no more memory for connections than this.
    private const int MostLost = 32;

    [ThreadStatic]
    private static (Errno Errno, string Text) s_explanation;

    private readonly List<RadioSocket> _lost = [];
    private readonly Queue<string> _notes = [];
    private readonly HashSet<string> _noted = [];
    private int _openCount;

    internal Radio Radio => radio;

    internal BoardProfile Profile => profile;

    internal TimeProvider TimeProvider => clock;

    /// <summary>Whether this machine's addresses are reached as any other.</summary>
    internal bool ReachesThisMachine { get; set; }

    /// <summary>The addresses that are the board's own.</summary>
    internal Func<IEnumerable<IPAddress>> OwnAddresses { get; set; } = static () => [];

    /// <summary>Whether the board is in a network.</summary>
    internal bool IsAssociated { get; set; } = true;

    /// <summary>Who has bound which port.</summary>
    internal BoardPorts Ports { get; } = new(profile, clock);

    /// <summary>How many sockets are open.</summary>
    internal int OpenCount => Volatile.Read(ref _openCount);

    /// <summary>Whether every socket is in use.</summary>
    internal bool IsFull => OpenCount >= radio.MaxSockets;

    /// <summary>Notes why the board fails here, for the exception that follows on this thread.</summary>
    internal static RadioResult Explain(Errno errno, string text)
    {
        s_explanation = (errno, text);
        return errno;
    }

    /// <summary>The explanation of an error that has just happened on this thread, once.</summary>
    internal static string? TakeExplanation(Errno errno)
    {
        (Errno Errno, string Text) explanation = s_explanation;
        s_explanation = default;
        return explanation.Errno == errno ? explanation.Text : null;
    }

    /// <summary>Notes what the board does otherwise without an error: each sentence once.</summary>
    internal void Note(string text)
    {
        lock (_notes)
        {
            if (_noted.Add(text))
            {
                _notes.Enqueue(text);
            }
        }
    }

    /// <summary>The next note that was not taken yet, or null.</summary>
    internal string? TakeNote()
    {
        lock (_notes)
        {
            return _notes.TryDequeue(out string? text) ? text : null;
        }
    }

    /// <summary>Keeps a connection that the board has lost: its client stays connected, without a peer.</summary>
    internal void KeepLost(RadioSocket socket)
    {
        lock (_lost)
        {
            _lost.Add(socket);
            if (_lost.Count > MostLost)
            {
                _lost[0].Close();
                _lost.RemoveAt(0);
            }
        }
    }

    internal void NoteOpened() => Interlocked.Increment(ref _openCount);

    internal void NoteClosed() => Interlocked.Decrement(ref _openCount);
}
