using System.Runtime.InteropServices;
using SocketPools.Boards;
using SocketPools.Python.CApi;
using SocketPools.Python.PyTypes;
using SocketPools.Radios;

namespace SocketPools.Python;

/// <summary>The module's functions about boards, for <c>socketpool._board</c>.</summary>
internal static unsafe class BoardFunctions
{
    private static readonly Parameters s_poll = new("_poll", 1, "sock");
    private static readonly Parameters s_noteOf = new("_note_of", 1, "radio");
    private static readonly Parameters s_boardOf = new("_board_of", 1, "radio");
    private static readonly Parameters s_setAssociated = new("_set_associated", 2, "radio", "value");
    private static readonly Parameters s_setOwn = new("_set_own", 2, "radio", "value");

    /// <summary>The profile's name; None for a radio as it is.</summary>
    [UnmanagedCallersOnly]
    internal static nint GetBoard(nint module, nint* args, nint count, nint keywords)
    {
        Span<nint> places = stackalloc nint[1];
        if (!s_boardOf.Bind(args, count, keywords, places))
        {
            return 0;
        }

        return Find(places[0]) is { } board ? Text.New(board.Profile.Name) : Globals.NewNone();
    }

    /// <summary>What a socket is ready for, as <see cref="Radios.Readiness"/>.</summary>
    [UnmanagedCallersOnly]
    internal static nint Poll(nint module, nint* args, nint count, nint keywords)
    {
        Span<nint> places = stackalloc nint[1];
        if (!s_poll.Bind(args, count, keywords, places) || !SocketObject.IsSocket(places[0]))
        {
            return 0;
        }

        RadioSocket socket = Instance.Get<PythonSocket>(places[0]).Socket.RadioSocket;
        return Numbers.New((int)socket.Poll(Readiness.Readable | Readiness.Writable));
    }

    /// <summary>The next note of the board.</summary>
    [UnmanagedCallersOnly]
    internal static nint TakeNote(nint module, nint* args, nint count, nint keywords)
    {
        Span<nint> places = stackalloc nint[1];
        if (!s_noteOf.Bind(args, count, keywords, places))
        {
            return 0;
        }

        return Find(places[0])?.TakeNote() is { } note ? Text.New(note) : Globals.NewNone();
    }

    /// <summary>Whether the board is in a network.</summary>
    [UnmanagedCallersOnly]
    internal static nint SetAssociated(nint module, nint* args, nint count, nint keywords)
    {
        Span<nint> places = stackalloc nint[2];
        if (!s_setAssociated.Bind(args, count, keywords, places) || !Numbers.TryReadInt(places[1], "value", out int value))
        {
            return 0;
        }

        if (Find(places[0]) is { } board)
        {
            board.IsAssociated = value != 0;
        }

        return Globals.NewNone();
    }

    /// <summary>Whether this machine's addresses are reached as any other: the program's name was led there.</summary>
    [UnmanagedCallersOnly]
    internal static nint SetReach(nint module, nint* args, nint count, nint keywords)
    {
        Span<nint> places = stackalloc nint[2];
        if (!s_setOwn.Bind(args, count, keywords, places) || !Numbers.TryReadInt(places[1], "value", out int value))
        {
            return 0;
        }

        if (Find(places[0]) is { } board)
        {
            PythonRadio radio = Instance.Get<PythonRadio>(places[0]);
            board.OwnAddresses = () => radio.Addresses;
            board.ReachesThisMachine = value != 0;
        }

        return Globals.NewNone();
    }

    /// <summary>The host's numbers and newlib's.</summary>
    [UnmanagedCallersOnly]
    internal static nint GetErrnos(nint module, nint unused)
    {
        nint list = Py.PyList_New(NewlibErrno.All.Count);
        nint index = 0;
        foreach ((Radios.Errno errno, int number) in NewlibErrno.All)
        {
            if (list != 0)
            {
                _ = Py.PyList_SetItem(list, index++, Pair.New(Numbers.New((int)errno), Numbers.New(number)));
            }
        }

        return list;
    }

    /// <summary>The hint of the last error, once.</summary>
    [UnmanagedCallersOnly]
    internal static nint GetExplanation(nint module, nint unused)
    {
        string? hint = Raise.LastHint;
        Raise.LastHint = null;
        return hint is null ? Globals.NewNone() : Text.New(hint);
    }

    private static BoardRadio? Find(nint radio) => RadioObject.Is(radio) ? Instance.Get<PythonRadio>(radio).Board : null;
}
