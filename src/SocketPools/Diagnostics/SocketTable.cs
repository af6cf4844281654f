using System.Globalization;
using System.Net.Sockets;
using System.Text;
using SocketPools.Radios;

namespace SocketPools.Diagnostics;

/// <summary>Prints sockets as a table of text, in columns.</summary>
internal static class SocketTable
{
    /// <summary>All columns in full.</summary>
    internal static string Format(IReadOnlyList<SocketSnapshot> sockets) => Format(sockets, int.MaxValue);

    /// <summary>As the other, with at most so many characters of each text that the program chose.</summary>
    internal static string Format(IReadOnlyList<SocketSnapshot> sockets, int maxText)
    {
        List<string[]> rows = [["#", "type", "state", "local", "remote", "age", "created by"]];
        foreach (SocketSnapshot s in sockets)
        {
            rows.Add([
                s.Id.ToString(CultureInfo.InvariantCulture),
                Kind(s),
                s.State.ToString(),
                s.Local.ToString(),
                s.Remote.ToString(),
                string.Create(CultureInfo.InvariantCulture, $"{s.Age.TotalSeconds:0.0} s"),
                s.CreatedBy is null ? "-" : Shorten(VisibleText.Escape(s.CreatedBy), maxText),
            ]);
        }

        StringBuilder text = new();
        int[] widths = [.. Enumerable.Range(0, rows[0].Length).Select(column => rows.Max(row => row[column].Length))];
        foreach (string[] row in rows)
        {
            StringBuilder line = new("  ");
            for (int i = 0; i < row.Length; i++)
            {
                line.Append(row[i].PadRight(widths[i])).Append("  ");
            }

            text.Append(line.ToString().TrimEnd()).Append('\n');
        }

        return text.ToString().TrimEnd('\n');
    }

    /// <summary>The end of a text that is too long: of a path it has the file and the line.</summary>
    internal static string Shorten(string text, int maxText) => text.Length <= maxText ? text : "…" + text[^(maxText - 1)..];

    internal static string Kind(SocketSnapshot socket) => Kind(socket.Type, socket.Protocol, socket.Family);

    internal static string Kind(RadioSocket socket) => Kind(socket.Type, socket.Protocol, socket.Family);

    private static string Kind(SocketType type, ProtocolType protocol, AddressFamily family)
    {
        bool isV6 = family == AddressFamily.InterNetworkV6;
        return type switch
        {
            SocketType.Stream => isV6 ? "tcp6" : "tcp4",
            SocketType.Dgram when protocol is ProtocolType.Icmp or ProtocolType.IcmpV6 => isV6 ? "ping6" : "ping4",
            SocketType.Dgram => isV6 ? "udp6" : "udp4",
            SocketType.Raw => isV6 ? "raw6" : "raw4",
            _ => type.ToString() + (isV6 ? "6" : "4"),
        };
    }
}
