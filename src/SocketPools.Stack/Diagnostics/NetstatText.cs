using System.Globalization;
using System.Text;

namespace SocketPools.Stack.Diagnostics;

/// <summary>A snapshot as tables, with the words of <c>ss</c> and <c>ip</c>.</summary>
internal static class NetstatText
{
    internal static string Of(StackSnapshot snapshot)
    {
        StringBuilder text = new();
        text.Append(CultureInfo.InvariantCulture, $"Stack {snapshot.Radio} at {snapshot.Time:yyyy-MM-dd HH:mm:ss.fff}Z\n\n");
        AddSockets(text, snapshot.Sockets);
        AddInterfaces(text, snapshot.Interfaces);
        Add(text, ["Destination", "Gateway", "Iface", "Metric"], snapshot.Routes.Select(r => (string[])[r.Destination, r.Gateway ?? "-", r.Interface, Text(r.Metric)]));
        Add(text, ["Neighbor", "HWaddress", "Iface", "State", "Router", "Waiting"], snapshot.Neighbors.Select(n =>
            (string[])[n.Address, n.HardwareAddress ?? "-", n.Interface, n.State, n.Router ? "router" : "-", Text(n.Waiting)]));
        Add(text, ["Path to", "MTU"], snapshot.PathMtus.Select(p => (string[])[p.Destination, Text(p.Mtu)]));
        Add(text, ["Limit", "Used", "Limit", "Refused", "Setting"], snapshot.Limits.Select(l => (string[])[l.Name, Text(l.Used), Text(l.Limit), Text(l.Rejected), l.Setting]));
        Add(text, ["Counter", "Count"], snapshot.Counters.Where(c => c.Count > 0).Select(c => (string[])[c.Name, Text(c.Count)]));
        Add(text, ["Dropped", "Count"], snapshot.DroppedByReason.Select(d => (string[])[d.Name, Text(d.Count)]));
        return text.ToString().TrimEnd('\n');
    }

    private static void AddSockets(StringBuilder text, IReadOnlyList<StackSocketInfo> sockets)
    {
        List<string[]> rows =
        [
            ["Netid", "State", "Recv-Q", "Send-Q", "Local Address:Port", "Peer Address:Port", "Socket"],
            .. sockets.Select(s => (string[])[s.Protocol, s.State, Text(s.ReceiveQueue), Text(s.SendQueue), s.Local, s.Remote ?? "*", s.Socket is { } number ? $"#{Text(number)}" : "-"]),
        ];
        string[] lines = Align(rows);
        text.Append(lines[0]).Append('\n');
        for (int i = 0; i < sockets.Count; i++)
        {
            text.Append(lines[i + 1]).Append('\n');
            string more = More(sockets[i]);
            if (more.Length > 0)
            {
                text.Append("       ").Append(more).Append('\n');
            }
        }

        text.Append('\n');
    }

    private static string More(StackSocketInfo socket)
    {
        List<string> words = [];
        if (socket.Listen is { } listen)
        {
            words.Add($"waiting:{Text(listen.Waiting)}/{Text(listen.Backlog)}");
            words.Add($"halfopen:{Text(listen.HalfOpen)}/{Text(listen.MaxHalfOpen)}");
            words.Add($"dropped:{Text(listen.DroppedAcceptQueueFull)}/{Text(listen.DroppedHalfOpenFull)}");
        }
        else if (socket.Tcp is { } tcp)
        {
            AddTcp(words, tcp);
        }
        else if (socket.Dropped > 0)
        {
            words.Add($"dropped:{Text(socket.Dropped)}");
        }

        return string.Join(' ', words);
    }

    private static void AddTcp(List<string> words, TcpInfo tcp)
    {
        AddIf(words, tcp.Timestamps, "ts");
        AddIf(words, tcp.Sack, "sack");
        AddIf(words, tcp.Ecn, "ecn");
        AddIf(words, tcp.EcnSeen, "ecnseen");
        words.Add(tcp.CongestionControl);
        AddIf(words, tcp.SendScale > 0 || tcp.ReceiveScale > 0, $"wscale:{Text(tcp.SendScale)},{Text(tcp.ReceiveScale)}");
        words.Add($"rto:{Text(tcp.RtoMs)}");
        AddIf(words, tcp.Backoffs > 0, $"backoff:{Text(tcp.Backoffs)}");
        AddIf(words, tcp.RttMs is not null, $"rtt:{Text(tcp.RttMs)}/{Text(tcp.RttVarMs)}");
        words.Add($"mss:{Text(tcp.Mss)}");
        words.Add($"pmtu:{Text(tcp.Pmtu)}");
        words.Add($"cwnd:{Text(tcp.Cwnd)}");
        AddIf(words, tcp.Ssthresh is not null, $"ssthresh:{Text(tcp.Ssthresh ?? 0)}");
        AddIf(words, tcp.Retransmissions > 0, $"retrans:{Text(tcp.Retransmissions)}");
        AddIf(words, tcp.Unacknowledged > 0, $"unacked:{Text(tcp.Unacknowledged)}");
        AddIf(words, tcp.Unsent > 0, $"notsent:{Text(tcp.Unsent)}");
        AddIf(words, tcp.OutOfOrder > 0, $"ooo:{Text(tcp.OutOfOrder)}");
        words.Add($"snd_wnd:{Text(tcp.SendWindow)}");
        words.Add($"rcv_wnd:{Text(tcp.ReceiveWindow)}");
        AddTimer(words, "on", tcp.RetransmissionTimerMs);
        AddTimer(words, "persist", tcp.PersistTimerMs);
        AddTimer(words, "ack", tcp.AcknowledgmentTimerMs);
        AddTimer(words, "life", tcp.LifeTimerMs);
        AddIf(words, tcp.Orphan, "orphan");
    }

    private static void AddTimer(List<string> words, string name, double? milliseconds) =>
        AddIf(words, milliseconds is not null, $"timer:({name},{Text(milliseconds)}ms)");

    private static void AddIf(List<string> words, bool condition, string word)
    {
        if (condition)
        {
            words.Add(word);
        }
    }

    private static void AddInterfaces(StringBuilder text, IReadOnlyList<InterfaceInfo> interfaces)
    {
        Add(text, ["Iface", "MTU", "RX-OK", "RX-Bytes", "TX-OK", "TX-Bytes", "Dropped", "HWaddress", "Addresses"], interfaces.Select(one => (string[])[
            one.Carrier ? one.Name : $"{one.Name} (no carrier)", Text(one.Mtu), Text(one.FramesReceived), Text(one.BytesReceived), Text(one.FramesSent), Text(one.BytesSent), Text(one.Dropped.Sum(d => d.Count)),
            one.HardwareAddress ?? "-", string.Join(", ", one.Addresses)]));
    }

    /// <summary>A table, if there is anything in it.</summary>
    private static void Add(StringBuilder text, string[] heads, IEnumerable<string[]> rows)
    {
        List<string[]> all = [heads, .. rows];
        if (all.Count > 1)
        {
            text.AppendJoin('\n', Align(all)).Append("\n\n");
        }
    }

    private static string[] Align(List<string[]> rows)
    {
        int[] widths = [.. Enumerable.Range(0, rows[0].Length).Select(column => rows.Max(row => row[column].Length))];
        return [.. rows.Select(row => string.Join("  ", row.Select((cell, column) => cell.PadRight(widths[column]))).TrimEnd())];
    }

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);

    private static string Text(double? number) => number is { } some ? some.ToString("0.###", CultureInfo.InvariantCulture) : "-";
}
