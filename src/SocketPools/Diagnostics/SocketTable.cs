using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace SocketPools.Diagnostics;

/// <summary>Prints sockets as a table of text, in columns.</summary>
internal static class SocketTable
{
    internal static string Format(IReadOnlyList<SocketSnapshot> sockets)
    {
        List<string[]> rows = [["#", "type", "state", "local", "remote", "age", "created by"]];
        foreach (SocketSnapshot s in sockets)
        {
            rows.Add([
                s.Number.ToString(CultureInfo.InvariantCulture),
                Kind(s),
                s.State.ToString(),
                s.Local.ToString(),
                s.Remote.ToString(),
                string.Create(CultureInfo.InvariantCulture, $"{s.Age.TotalSeconds:0.0} s"),
                s.CreatedBy ?? "-",
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

    internal static string Kind(SocketSnapshot socket)
    {
        string kind = socket.Type switch
        {
            SocketType.Stream => "tcp",
            SocketType.Dgram when socket.Protocol is ProtocolType.Icmp or ProtocolType.IcmpV6 => "ping",
            SocketType.Dgram => "udp",
            SocketType.Raw => "raw",
            _ => socket.Type.ToString(),
        };
        return kind + (socket.Family == AddressFamily.InterNetworkV6 ? "6" : "4");
    }
}
