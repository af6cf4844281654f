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
    private static readonly TimeSpan s_longestCollection = TimeSpan.FromMilliseconds(50);

    private readonly Radio _inner;
    private readonly BoardContext _context;

    /// <summary>Creates a board's radio on top of another radio.</summary>
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
        _context = new BoardContext(this, profile, inner.TimeProvider);
    }

    /// <summary>Gets the profile of the board that is modelled.</summary>
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
    public bool ReachesThisMachine { get => _context.ReachesThisMachine; set => _context.ReachesThisMachine = value; }

    /// <summary>The addresses that are the board's own. For a profile whose own address is not reached; empty by default.</summary>
    public Func<IEnumerable<IPAddress>> OwnAddresses { get => _context.OwnAddresses; set => _context.OwnAddresses = value; }

    /// <summary>Whether the board is in a network. While it is not, calls that need it fail as on the board.</summary>
    public bool IsAssociated { get => _context.IsAssociated; set => _context.IsAssociated = value; }

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
            return BoardContext.Explain(Errno.EAFNOSUPPORT, $"{Profile.Title} has no IPv6: CircuitPython raises NotImplementedError");
        }

        RadioResult result = _inner.OpenSocket(family, type, protocol, out RadioSocket? inner);
        if (inner is null)
        {
            return result;
        }

        socket = inner.Type == SocketType.Stream ? new BoardStreamSocket(_context, inner) : new BoardDatagramSocket(_context, inner);
        return RadioResult.Ok;
    }

    /// <inheritdoc/>
    /// <remarks>The deadline has no effect, as on the boards: a lookup takes as long as the profile says at most.</remarks>
    public override AddressLookup Resolve(AddressQuery query, in Deadline deadline)
    {
        ArgumentNullException.ThrowIfNull(query);
        if (Profile.IsPassThrough)
        {
            return _inner.Resolve(query, deadline);
        }

        return IsAssociated ? Fit(_inner.Resolve(query, new Deadline(TimeProvider, Profile.Names.LookupTimeout)), query) : Fit(default, query, true);
    }

    /// <inheritdoc/>
    public override async ValueTask<AddressLookup> ResolveAsync(AddressQuery query, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(query);
        AddressLookup answer = await _inner.ResolveAsync(query, cancellationToken).ConfigureAwait(false);
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

        // As gc_collect() of the board: unreferenced sockets are closed, by the thread pool.
        int before = _context.OpenCount;
        GC.Collect();
        GC.WaitForPendingFinalizers();
        return SpinWait.SpinUntil(() => _context.OpenCount < before, s_longestCollection);
    }

    /// <inheritdoc/>
    public override string? GetHint(string operation, Errno errno)
    {
        string? explanation = Profile.IsPassThrough ? null : BoardContext.TakeExplanation(errno);
        return explanation ?? (Profile.IsPassThrough ? _inner.GetHint(operation, errno) : null);
    }

    /// <summary>
    /// Takes the next note about something that the board did differently without an error: a receive of one segment, a dropped datagram.
    /// Each note appears once per radio.
    /// </summary>
    /// <returns>The sentence, or null when there is none.</returns>
    public string? TakeNote() => _context.TakeNote();

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
