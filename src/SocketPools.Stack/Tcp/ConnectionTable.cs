using System.Collections;
using System.Diagnostics.CodeAnalysis;
using SocketPools.Stack.Core;

namespace SocketPools.Stack.Tcp;

/// <summary>
/// The connections of a stack by addresses and ports: a hash table whose links are in the connections themselves, so that one costs 12 to 24 bytes.
/// They are enumerated in an order that depends on nothing but what was added and removed.
/// </summary>
internal sealed class ConnectionTable : IEnumerable<TcpConnection>
{
    private const int FirstSize = 16;
    private const int None = -1;

    private TcpConnection?[] _places = new TcpConnection?[FirstSize];
    private int[] _heads = Empty(FirstSize);

    // Places that were given back, the last one first; each has the one before it.
    private readonly Stack<int> _free = new();
    private int _used;

    internal int Count { get; private set; }

    /// <summary>How many places there are: a connection keeps its place as long as it is here.</summary>
    internal int PlaceCount => _used;

    internal bool Contains(in FourTuple tuple) => TryGet(tuple, out _);

    internal bool TryGet(in FourTuple tuple, [NotNullWhen(true)] out TcpConnection? connection)
    {
        int hash = tuple.GetHashCode();
        for (int place = _heads[hash & (_heads.Length - 1)]; place != None; place = connection.Entry.Next)
        {
            connection = _places[place]!;
            if (connection.Entry.Hash == hash && connection.Is(tuple))
            {
                return true;
            }
        }

        connection = null;
        return false;
    }

    /// <summary>Adds one that is not there yet.</summary>
    internal void Add(TcpConnection connection)
    {
        if (Count == _places.Length)
        {
            Grow();
        }

        int place = _free.TryPop(out int free) ? free : _used++;
        _places[place] = connection;
        connection.Entry.Place = place;
        connection.Entry.Hash = connection.Tuple.GetHashCode();
        Link(connection);
        Count++;
    }

    /// <summary>Takes one out.</summary>
    /// <returns>False: it is not there.</returns>
    internal bool Remove(TcpConnection connection)
    {
        int place = connection.Entry.Place;
        if (place >= _used || _places[place] != connection)
        {
            return false;
        }

        ref int link = ref _heads[connection.Entry.Hash & (_heads.Length - 1)];
        while (link != place)
        {
            link = ref _places[link]!.Entry.Next;
        }

        link = connection.Entry.Next;
        _places[place] = null;
        _free.Push(place);
        Count--;
        return true;
    }

    /// <summary>Who has a place, or null.</summary>
    internal TcpConnection? At(int place) => _places[place];

    public IEnumerator<TcpConnection> GetEnumerator()
    {
        for (int i = 0; i < _used; i++)
        {
            if (_places[i] is { } connection)
            {
                yield return connection;
            }
        }
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private static int[] Empty(int size)
    {
        int[] heads = new int[size];
        Array.Fill(heads, None);
        return heads;
    }

    private void Link(TcpConnection connection)
    {
        ref int head = ref _heads[connection.Entry.Hash & (_heads.Length - 1)];
        connection.Entry.Next = head;
        head = connection.Entry.Place;
    }

    private void Grow()
    {
        Array.Resize(ref _places, _places.Length * 2);
        _heads = Empty(_places.Length);
        for (int i = 0; i < _used; i++)
        {
            Link(_places[i]!);
        }
    }

    /// <summary>Where a connection stands in the table.</summary>
    internal struct Links
    {
        internal int Place;
        internal int Hash;
        internal int Next;
    }
}
