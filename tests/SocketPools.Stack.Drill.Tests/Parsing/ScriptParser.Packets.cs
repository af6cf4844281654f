using System.Globalization;
using System.Text.RegularExpressions;

namespace SocketPools.Stack.Drill.Tests.Parsing;

/// <summary>Packets of packetdrill's language: TCP, and ICMP about TCP.</summary>
internal sealed partial class ScriptParser
{
    private ScriptPacket ParsePacket()
    {
        if (_reader.Skip(@"encap|ipv4|ipv6|gre|mpls|psp\b"))
        {
            throw new UnsupportedException("encapsulation");
        }

        string ecn = "";
        while (_reader.Take(@"\(([^)]*)\)") is { } field)
        {
            ecn = field.Groups[1].Value;
        }

        Match? quoted = _reader.Take(@"\[(\d+):(\d+)\((\d+)\)\](?=\s*icmp)");
        if (_reader.Take(@"\[(noecn|ect0|ect1|ce|ecn|tos\s+\w+|flowlabel\s+\w+)(?:,[^\]]*)?\]") is { } mark)
        {
            ecn = mark.Groups[1].Value;
        }

        if (_reader.Skip(@"udp|sctp"))
        {
            throw new UnsupportedException("packets of other protocols than TCP and ICMP");
        }

        ScriptPacket packet = _reader.Skip(@"icmp\b") ? ParseIcmp() : ParseTcp();
        packet.Ecn = ecn;
        packet.Sequence = quoted is null ? packet.Sequence : Unsigned(quoted.Groups[1]);
        return packet;
    }

    private ScriptPacket ParseIcmp()
    {
        ScriptPacket packet = new() { IsIcmp = true, IcmpType = _reader.Require("[a-z_0-9]+", "a type is expected").Value };
        while (true)
        {
            if (_reader.Take(@"mtu\s+(\d+)") is { } mtu)
            {
                packet.IcmpMtu = Signed(mtu.Groups[1]);
            }
            else if (_reader.Skip(@"\["))
            {
                packet.Sequence = _reader.Take(@"(\d+):(\d+)\((\d+)\)\s*\]") is { } quoted
                    ? Unsigned(quoted.Groups[1])
                    : throw new UnsupportedException("ICMP about other protocols");
            }
            else if (_reader.Take(@"(?!\d)[a-z_0-9]+") is { } code)
            {
                packet.IcmpCode = code.Value;
            }
            else
            {
                return packet;
            }
        }
    }

    private ScriptPacket ParseTcp()
    {
        Match flags = _reader.Require(@"(?:\[([FSRPEWCUAN.0-9-]+)\]|([FSRPEWCUAN.0-9-]+))(?=\s+(?:[\d%]|\.\.\.))", "flags are expected");
        ScriptPacket packet = new() { Flags = flags.Groups[1].Value + flags.Groups[2].Value };
        if (packet.Flags.Any(char.IsDigit))
        {
            throw new UnsupportedException("flags of accurate ECN");
        }

        Match sequence = _reader.Require(@"(?:(\d+)\s*(?::\s*\d+)?|\.\.\.)\s*\((\d+)\)", "a sequence number is expected");
        packet.IsAnySequence = !sequence.Groups[1].Success;
        packet.Sequence = packet.IsAnySequence ? 0 : Unsigned(sequence.Groups[1]);
        packet.Length = Signed(sequence.Groups[2]);
        packet.Acknowledgment = _reader.Take(@"ack\s+(\d+)") is { } acknowledgment ? Unsigned(acknowledgment.Groups[1]) : null;
        packet.Window = _reader.Take(@"win\s+(\d+)") is { } window ? Signed(window.Groups[1]) : null;
        packet.Urgent = _reader.Take(@"urg\s+(\d+)") is { } urgent ? Signed(urgent.Groups[1]) : 0;
        if (_reader.Skip("<"))
        {
            ParseOptions(packet, _reader.TakeUntil(">"));
        }

        return _reader.Skip(@"/\s*udp") ? throw new UnsupportedException("TCP over UDP") : packet;
    }

    private static void ParseOptions(ScriptPacket packet, string text)
    {
        foreach (string raw in text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            string one = Regex.Replace(raw, @"\s+", " ");
            if (one is "..." or "nocheck" or "mss MSS")
            {
                packet.HasAnyOptions = true;
            }
            else
            {
                packet.Options.Add(ParseOption(one));
            }
        }
    }

    private static ScriptOption ParseOption(string text)
    {
        if (text is "nop" or "eol" || text.Equals("sackOK", StringComparison.OrdinalIgnoreCase))
        {
            return new ScriptOption(text is "nop" or "eol" ? text : "sackOK");
        }

        if (Regex.Match(text, @"^(mss|wscale) (\d+)$") is { Success: true } number)
        {
            return new ScriptOption(number.Groups[1].Value, Unsigned(number.Groups[2]));
        }

        if (Regex.Match(text, @"^TS val (\d+) ecr (\d+)$") is { Success: true } timestamps)
        {
            return new ScriptOption("TS", Unsigned(timestamps.Groups[1]), Unsigned(timestamps.Groups[2]));
        }

        return Regex.IsMatch(text, "^n?sack")
            ? new ScriptOption("sack") { Blocks = [.. Regex.Matches(text, @"(\d+):(\d+)").Select(block => (Unsigned(block.Groups[1]), Unsigned(block.Groups[2])))] }
            : throw new UnsupportedException("option " + text);
    }

    // Scripts have numbers of more than 32 bits where they wrap.
    private static uint Unsigned(Group group) => unchecked((uint)ulong.Parse(group.Value, CultureInfo.InvariantCulture));

    private static int Signed(Group group) => int.Parse(group.Value, CultureInfo.InvariantCulture);
}
