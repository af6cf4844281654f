using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;
using SocketPools.Radios;
using SocketPools.Stack.Drill.Tests.Parsing;

namespace SocketPools.Stack.Drill.Tests.Playing;

/// <summary>The values of expressions: numbers, flags by their names, addresses, lengths of vectors.</summary>
internal static class CallValues
{
    internal const long NonBlocking = 0x800;
    internal const long DontWait = 0x40;
    internal const long Peek = 2;
    internal const long PollIn = 1;
    internal const long PollOut = 4;
    internal const long PollError = 8;
    internal const long PollHangUp = 16;
    internal const long PollPeerShut = 0x2000;

    private static readonly Dictionary<string, long> s_symbols = new()
    {
        ["SHUT_RD"] = 0,
        ["SHUT_WR"] = 1,
        ["SHUT_RDWR"] = 2,
        ["O_RDONLY"] = 0,
        ["O_RDWR"] = 2,
        ["O_NONBLOCK"] = NonBlocking,
        ["POLLIN"] = PollIn,
        ["POLLPRI"] = 2,
        ["POLLOUT"] = PollOut,
        ["POLLERR"] = PollError,
        ["POLLHUP"] = PollHangUp,
        ["POLLRDHUP"] = PollPeerShut,
        ["MSG_PEEK"] = Peek,
        ["MSG_TRUNC"] = 0x20,
        ["MSG_DONTWAIT"] = DontWait,
        ["MSG_WAITALL"] = 0x100,
        ["MSG_NOSIGNAL"] = 0,
    };

    internal static long Of(ScriptExpression expression) => expression.Kind switch
    {
        ExpressionKind.Number => expression.Number,
        ExpressionKind.Or => expression.Items.Aggregate(0L, (value, item) => value | Of(item)),
        ExpressionKind.Array when expression.Items.Count == 1 => Of(expression.Items[0]),
        ExpressionKind.Symbol when s_symbols.TryGetValue(expression.Name, out long value) => value,
        ExpressionKind.Symbol when Enum.TryParse(expression.Name, out Errno errno) => (long)errno,
        _ => throw new UnsupportedException("value " + expression),
    };

    internal static int Port(ScriptExpression address, int otherwise) =>
        Regex.Match(address.ToString(), @"htons\((\d+)\)") is { Success: true } match
            ? int.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture)
            : otherwise;

    /// <summary>The address that is written out; null for "...".</summary>
    internal static IPAddress? Address(ScriptExpression address) =>
        address.Kind == ExpressionKind.Ellipsis ? null
        : Regex.Match(address.ToString(), "inet_addr\\(\"([^\"]+)\"\\)") is { Success: true } match ? IPAddress.Parse(match.Groups[1].Value)
        : throw new UnsupportedException("address " + address);

    /// <summary>How many bytes a call of the kinds of write or read is about.</summary>
    internal static long Length(CallEvent call) => call.Name switch
    {
        "writev" or "readv" => Vector(call.Arguments[1]),
        "sendmsg" or "recvmsg" => Vector(call.Arguments[1].Field("msg_iov") ?? throw new UnsupportedException("a message without data")),
        _ => Of(call.Arguments[2]),
    };

    /// <summary>MSG_ flags.</summary>
    internal static long Flags(CallEvent call) => call.Name switch
    {
        "send" or "sendto" or "recv" or "recvfrom" when call.Arguments.Count > 3 => Of(call.Arguments[3]),
        "sendmsg" or "recvmsg" when call.Arguments.Count > 2 => Of(call.Arguments[2]),
        _ => 0,
    };

    private static long Vector(ScriptExpression vector) => vector.Items.Sum(item => item.Items.Count > 1 ? Of(item.Items[1]) : 0);
}
