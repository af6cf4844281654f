using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;

namespace SocketPools.Diagnostics;

/// <summary>
/// Many sockets in few lines, for messages: how many there are of each group, and the twenty most telling of them. Those are the oldest
/// of each group, the largest groups first, and then the oldest of all.
/// </summary>
internal sealed class SocketTally
{
    /// <summary>How many sockets, and how many groups, a message has at most.</summary>
    internal const int Most = 20;

    /// <summary>How many characters a message has at most of a line that made a socket.</summary>
    private const int MaxText = 60;

    private readonly List<KeyValuePair<Group, Members>> _groups;

    private SocketTally(int total, List<KeyValuePair<Group, Members>> groups, int[] chosen) => (Total, _groups, Chosen) = (total, groups, chosen);

    /// <summary>How many sockets there are.</summary>
    internal int Total { get; }

    /// <summary>The indexes of the most telling sockets, in their order.</summary>
    internal IReadOnlyList<int> Chosen { get; }

    /// <summary>Counts sockets that are in the order of their making.</summary>
    internal static SocketTally Of<T>(IReadOnlyList<T> sockets, Func<T, Group> groupOf)
    {
        Dictionary<Group, Members> groups = [];
        for (int i = 0; i < sockets.Count;)
        {
            // Neighbours are usually alike.
            int first = i;
            Group group = groupOf(sockets[i++]);
            while (i < sockets.Count && groupOf(sockets[i]).Equals(group))
            {
                i++;
            }

            ref Members members = ref CollectionsMarshal.GetValueRefOrAddDefault(groups, group, out bool exists);
            members = new Members(members.Count + i - first, exists ? members.First : first);
        }

        List<KeyValuePair<Group, Members>> sorted = [.. groups.OrderByDescending(group => group.Value.Count).ThenBy(group => group.Value.First)];
        SortedSet<int> chosen = [.. sorted.Take(Most).Select(group => group.Value.First)];
        for (int i = 0; i < sockets.Count && chosen.Count < Most; i++)
        {
            chosen.Add(i);
        }

        return new SocketTally(sockets.Count, sorted, [.. chosen]);
    }

    /// <summary>A table of all sockets, or of the most telling and how many there are of each group.</summary>
    /// <param name="sockets">All sockets.</param>
    /// <param name="whole">What has all of them.</param>
    internal static string FormatAll(IReadOnlyList<SocketSnapshot> sockets, string whole)
    {
        SocketTally tally = Of(sockets, Group.Of);
        return tally.Format([.. tally.Chosen.Select(i => sockets[i])], whole);
    }

    /// <summary>A table of the most telling sockets, and how many there are of each group if that is not all.</summary>
    /// <param name="chosen">The sockets of <see cref="Chosen"/>.</param>
    /// <param name="whole">What has all of them.</param>
    internal string Format(IReadOnlyList<SocketSnapshot> chosen, string whole)
    {
        StringBuilder text = new(SocketTable.Format(chosen, MaxText));
        if (chosen.Count == Total)
        {
            return text.ToString();
        }

        text.Append(CultureInfo.InvariantCulture, $"\n  and {Total - chosen.Count} more, {Total} in all: ");
        text.AppendJoin(", ", _groups.Take(Most).Select(group => group.Key.Describe(group.Value.Count)));
        int others = _groups.Skip(Most).Sum(group => group.Value.Count);
        if (others > 0)
        {
            text.Append(CultureInfo.InvariantCulture, $", {others} others");
        }

        return text.Append(CultureInfo.InvariantCulture, $". {whole} has all.").ToString();
    }

    /// <summary>Sockets of one kind that do the same, made by the same line.</summary>
    internal readonly record struct Group(string Kind, SocketState State, string? CreatedBy)
    {
        internal static Group Of(SocketSnapshot socket) => new(SocketTable.Kind(socket), socket.State, socket.CreatedBy);

        public bool Equals(Group other) =>
            State == other.State
            && (ReferenceEquals(Kind, other.Kind) || Kind == other.Kind)
            && (ReferenceEquals(CreatedBy, other.CreatedBy) || CreatedBy == other.CreatedBy);

        public override int GetHashCode() => ((int)State * 65_537) ^ (Kind[0] << 8) ^ Kind[^1] ^ (CreatedBy?.GetHashCode(StringComparison.Ordinal) ?? 0);

        internal string Describe(int count) =>
            string.Create(CultureInfo.InvariantCulture, $"{count} {Kind} {State}") + (CreatedBy is null ? "" : " by " + SocketTable.Shorten(VisibleText.Escape(CreatedBy), MaxText));
    }

    private readonly record struct Members(int Count, int First);
}
