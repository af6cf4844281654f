using System.Net;
using System.Net.Sockets;
using SocketPools.Boards.Sockets;
using SocketPools.Radios;

namespace SocketPools.Boards;

/// <summary>A radio whose sockets behave as those of a board, over any other radio.</summary>
/// <remarks>
/// <para>With <see cref="BoardProfiles.Desk"/> the sockets are the inner radio's own. Every other profile adds a layer to each socket.</para>
/// <para>The steps that a board rounds time-outs to hold for blocking calls. Asynchronous calls keep the deadline of .NET.</para>
/// <para>
/// Where a board would wait for ever, use memory that is not its own, or answer a number that means nothing, the call fails and the
/// exception's <see cref="PoolSocketException.Hint"/> says what the board would do.
/// </para>
/// </remarks>
public sealed class BoardRadio : Radio
{
    [ThreadStatic]
    private static (Errno Errno, string Text) s_explanation;

    // A board has no more memory for connections than this.
    private const int MostLost = 32;

    private readonly List<RadioSocket> _lost = [];
    private readonly Radio _inner;
    private readonly BoardPorts _ports;

    /// <summary>Makes a board's radio.</summary>
    /// <param name="inner">The radio that carries the sockets. It must not have a pool of its own.</param>
    /// <param name="profile">The board.</param>
    public BoardRadio(Radio inner, BoardProfile profile)
        : base(Math.Min(profile?.Budget.MaxSockets.Value ?? int.MaxValue, inner?.MaxSockets ?? 1))
    {
        ArgumentNullException.ThrowIfNull(inner);
        ArgumentNullException.ThrowIfNull(profile);
        _inner = inner;
        Profile = profile;
        Name = profile.IsPassThrough ? inner.Name : $"{profile.Name}/{inner.Name}";
        _ports = new BoardPorts(profile, inner.TimeProvider);
    }

    /// <summary>The board.</summary>
    public BoardProfile Profile { get; }

    /// <summary>The radio that carries the sockets.</summary>
    public Radio Inner => _inner;

    /// <inheritdoc/>
    public override string Name { get; }

    /// <inheritdoc/>
    public override int MaxSocketsLimit => Profile.Budget.MaxSockets.Value ?? _inner.MaxSocketsLimit;

    /// <inheritdoc/>
    public override TimeProvider TimeProvider => _inner.TimeProvider;

    /// <summary>
    /// Whether 127.0.0.1 and the radio's own addresses are reached as any other, whatever the profile says. For callers that lead names
    /// to servers on this machine.
    /// </summary>
    public bool ReachesThisMachine { get; set; }

    /// <summary>The addresses that are the board's own. For a profile whose own address is not reached; empty by default.</summary>
    public Func<IEnumerable<IPAddress>> OwnAddresses { get; set; } = static () => [];

    /// <summary>Whether the board is in a network. While it is not, calls that need it fail as on the board.</summary>
    public bool IsAssociated { get; set; } = true;

    /// <summary>Who has bound which port.</summary>
    internal BoardPorts Ports => _ports;

    /// <summary>How many sockets are open.</summary>
    internal int OpenCount => Volatile.Read(ref _openCount);

    private int _openCount;

    /// <inheritdoc/>
    public override RadioResult OpenSocket(AddressFamily family, SocketType type, ProtocolType protocol, out RadioSocket? socket)
    {
        if (Profile.IsPassThrough)
        {
            return _inner.OpenSocket(family, type, protocol, out socket);
        }

        socket = null;
        if (family == AddressFamily.InterNetworkV6 && !Profile.Budget.HasIPv6)
        {
            return Explain(Errno.EAFNOSUPPORT, $"{Profile.Title} has no IPv6: CircuitPython raises NotImplementedError");
        }

        RadioResult result = _inner.OpenSocket(family, type, protocol, out RadioSocket? inner);
        if (inner is null)
        {
            return result;
        }

        socket = inner.Type == SocketType.Stream ? new BoardStreamSocket(this, inner) : new BoardDatagramSocket(this, inner);
        return RadioResult.Ok;
    }

    /// <inheritdoc/>
    /// <remarks>The deadline has no effect, as on the boards: a lookup takes as long as the profile says at most.</remarks>
    public override AddressLookup LookUp(AddressQuery query, in Deadline deadline)
    {
        ArgumentNullException.ThrowIfNull(query);
        if (Profile.IsPassThrough)
        {
            return _inner.LookUp(query, deadline);
        }

        return IsAssociated ? Fit(_inner.LookUp(query, new Deadline(TimeProvider, Profile.Names.Longest)), query) : Fit(default, query, true);
    }

    /// <inheritdoc/>
    public override async ValueTask<AddressLookup> LookUpAsync(AddressQuery query, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(query);
        AddressLookup answer = await _inner.LookUpAsync(query, cancellationToken).ConfigureAwait(false);
        return Profile.IsPassThrough ? answer : Fit(answer, query, !IsAssociated);
    }

    /// <inheritdoc/>
    public override RadioResult Wait(Span<ReadinessEntry> entries, in Deadline deadline) =>
        Profile.IsPassThrough ? _inner.Wait(entries, deadline) : base.Wait(entries, deadline);

    /// <inheritdoc/>
    public override bool TryFreeSockets()
    {
        if (!Profile.Budget.CollectsBeforeRefusing)
        {
            return false;
        }

        // As gc_collect() of the board: sockets that nobody refers to give their places back.
        GC.Collect();
        GC.WaitForPendingFinalizers();
        return true;
    }

    /// <inheritdoc/>
    public override string? GetHint(string operation, Errno errno)
    {
        (Errno Errno, string Text) explanation = s_explanation;
        if (explanation.Text is not null && explanation.Errno == errno)
        {
            s_explanation = default;
            return explanation.Text;
        }

        return Profile.IsPassThrough ? _inner.GetHint(operation, errno) : null;
    }

    /// <summary>Notes why the board fails here, for the exception that follows on this thread.</summary>
    internal static RadioResult Explain(Errno errno, string text)
    {
        s_explanation = (errno, text);
        return errno;
    }

    /// <summary>Keeps a connection that the board has lost: its client stays connected to nobody.</summary>
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

    // Boards know one failure of a lookup, and one row of an answer.
    private AddressLookup Fit(AddressLookup answer, AddressQuery query, bool isFailed = false)
    {
        if (isFailed || answer.Failed || answer.Rows.Count == 0)
        {
            return new AddressLookup(AddressInfoError.NoName) { Detail = $"{Profile.Title} has one failure for every reason" };
        }

        AddressInfo first = answer.Rows.FirstOrDefault(row => row.Family == AddressFamily.InterNetwork) ?? answer.Rows[0];
        string name = Profile.Names.RowRepeatsHost ? query.Host ?? "" : "";
        return new AddressLookup([new AddressInfo(first.Family, Profile.Names.RowType.Value ?? query.Type, ProtocolType.Unspecified, name, first.Address)]);
    }
}
