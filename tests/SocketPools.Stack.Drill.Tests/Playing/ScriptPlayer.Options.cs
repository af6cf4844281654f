using System.Globalization;
using System.Net.Sockets;
using SocketPools.Radios;
using SocketPools.Stack.Drill.Tests.Parsing;

namespace SocketPools.Stack.Drill.Tests.Playing;

/// <summary>setsockopt and getsockopt.</summary>
internal sealed partial class ScriptPlayer
{
    private const int LevelTcp = 6;
    private const int UserTimeout = 18;

    private static readonly Dictionary<string, (SocketOptionLevel Level, SocketOptionName Name)> s_options = new()
    {
        ["SO_ERROR"] = (SocketOptionLevel.Socket, SocketOptionName.Error),
        ["SO_LINGER"] = (SocketOptionLevel.Socket, SocketOptionName.Linger),
        ["SO_RCVBUF"] = (SocketOptionLevel.Socket, SocketOptionName.ReceiveBuffer),
        ["SO_SNDBUF"] = (SocketOptionLevel.Socket, SocketOptionName.SendBuffer),
        ["SO_REUSEADDR"] = (SocketOptionLevel.Socket, SocketOptionName.ReuseAddress),
        ["SO_KEEPALIVE"] = (SocketOptionLevel.Socket, SocketOptionName.KeepAlive),
        ["SO_ACCEPTCONN"] = (SocketOptionLevel.Socket, SocketOptionName.AcceptConnection),
        ["TCP_NODELAY"] = (SocketOptionLevel.Tcp, SocketOptionName.NoDelay),
        ["TCP_KEEPIDLE"] = (SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveTime),
        ["TCP_KEEPINTVL"] = (SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveInterval),
        ["TCP_KEEPCNT"] = (SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveRetryCount),
    };

    private void SetOption(CallEvent call)
    {
        RadioSocket socket = SocketOf(call).Socket;
        string name = call.Arguments[2].Name;
        if (name is "TCP_CONGESTION" or "SO_PRIORITY" or "SO_MARK" or "TCP_QUICKACK" or "IP_MTU_DISCOVER")
        {
            Differs("option", name);
            return;
        }

        byte[] value = ParseOptionValue(call.Arguments[3], call.Arguments.Count > 4 ? call.Arguments[4] : null);
        RadioResult result = name == "TCP_USER_TIMEOUT" ? socket.SetRawOption(LevelTcp, UserTimeout, value)
            : s_options.TryGetValue(name, out (SocketOptionLevel Level, SocketOptionName Name) option) ? socket.SetOption(option.Level, option.Name, value)
            : throw new UnsupportedException("option " + name);
        Check(call, CallAnswer.From(result));
    }

    private static byte[] ParseOptionValue(ScriptExpression value, ScriptExpression? length)
    {
        ScriptExpression one = value is { Kind: ExpressionKind.Array, Items.Count: 1 } ? value.Items[0] : value;
        if (one.Kind == ExpressionKind.Structure)
        {
            // struct linger: two numbers.
            return one.Field("onoff") is { } isOn && one.Field("linger") is { } time
                ? [.. BitConverter.GetBytes((int)CallValues.Of(isOn)), .. BitConverter.GetBytes((int)CallValues.Of(time))]
                : throw new UnsupportedException("option value " + one);
        }

        int number = (int)CallValues.Of(one);
        int count = length is { Kind: ExpressionKind.Number } ? (int)Math.Min(4, length.Number) : 4;
        return BitConverter.GetBytes(number)[..count];
    }

    private void GetOption(CallEvent call)
    {
        RadioSocket socket = SocketOf(call).Socket;
        string name = call.Arguments[2].Name;
        byte[] value = new byte[4];
        RadioResult result = name == "TCP_USER_TIMEOUT" ? socket.GetRawOption(LevelTcp, UserTimeout, value)
            : s_options.TryGetValue(name, out (SocketOptionLevel Level, SocketOptionName Name) option) ? socket.GetOption(option.Level, option.Name, value)
            : throw new UnsupportedException("option " + name);
        if (result.Failed)
        {
            Check(call, CallAnswer.From(result));
            return;
        }

        long had = BitConverter.ToInt32(value);
        Note($"  {call.Text} has {had}");
        if (call.Arguments[3].Kind == ExpressionKind.Ellipsis || CallValues.Of(call.Arguments[3]) is var wanted && wanted == had)
        {
            return;
        }

        string what = string.Create(CultureInfo.InvariantCulture, $"{name} {(name == "SO_ERROR" ? (Errno)had : had)}, expected {wanted}");
        if (name is not ("SO_RCVBUF" or "SO_SNDBUF"))
        {
            throw new DrillException("option: " + what);
        }

        Differs("buffer", what);
    }
}
