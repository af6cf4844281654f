using System.Runtime.InteropServices;
using SocketPools.Radios;
using SocketPools.Stack.Tcp;

namespace SocketPools.Stack.Sockets;

/// <summary>Options of tcp(7) that .NET has no names for, by Linux's numbers and with Linux's limits.</summary>
internal sealed partial class StackStreamSocket
{
    private const int TcpLevel = 6;

    // TCP_MIN_MSS and MAX_TCP_WINDOW of Linux; TCP_MSS_DEFAULT, which a socket shows that has no connection.
    private const int LeastSegment = 88;
    private const int MostSegment = 32767;
    private const int DefaultSegment = 536;

    // TCP_FIN_TIMEOUT_MAX in seconds.
    private const int MostFinWait2 = 120;

    private enum TcpOptionName
    {
        MaxSegment = 2,
        Cork = 3,
        Linger2 = 8,
        UserTimeout = 18,
        NotSentLowWater = 25,
    }

    public override RadioResult SetRawOption(int level, int name, ReadOnlySpan<byte> value)
    {
        if (level != TcpLevel || !Enum.IsDefined((TcpOptionName)name))
        {
            return base.SetRawOption(level, name, value);
        }

        if (value.Length < sizeof(int))
        {
            return Errno.EINVAL;
        }

        Errno errno;
        using (Network.Gate.EnterScope())
        {
            errno = IsClosed ? Errno.EBADF : SetTcp((TcpOptionName)name, MemoryMarshal.Read<int>(value));
            if (errno == Errno.None)
            {
                Apply();
            }
        }

        Network.DriveIfNeeded();
        return errno;
    }

    public override RadioResult GetRawOption(int level, int name, Span<byte> value)
    {
        if (level != TcpLevel || !Enum.IsDefined((TcpOptionName)name))
        {
            return base.GetRawOption(level, name, value);
        }

        using (Network.Gate.EnterScope())
        {
            if (IsClosed || value.Length < sizeof(int))
            {
                return IsClosed ? Errno.EBADF : Errno.EINVAL;
            }

            MemoryMarshal.Write(value, GetTcp((TcpOptionName)name));
            return RadioResult.FromCount(sizeof(int));
        }
    }

    private Errno SetTcp(TcpOptionName name, int value)
    {
        switch (name)
        {
            case TcpOptionName.MaxSegment when value != 0 && value is < LeastSegment or > MostSegment:
            case TcpOptionName.UserTimeout when value < 0:
                return Errno.EINVAL;
            case TcpOptionName.MaxSegment:
                Chosen.MaxSegmentSize = value == 0 ? null : value;
                break;
            case TcpOptionName.Cork:
                Chosen.Cork = value != 0;
                break;
            case TcpOptionName.Linger2:
                Chosen.FinWait2Seconds = (sbyte)Math.Clamp(value, -1, MostFinWait2);
                break;
            case TcpOptionName.UserTimeout:
                Chosen.UserTimeout = value == 0 ? null : TimeSpan.FromMilliseconds(value);
                break;
            case TcpOptionName.NotSentLowWater:
                Chosen.NotSentLowWater = (uint)value;
                break;
        }

        return Errno.None;
    }

    private int GetTcp(TcpOptionName name) => name switch
    {
        TcpOptionName.MaxSegment => _connection is { State: not TcpState.Closed, SegmentSize: > 0 } ? _connection.SegmentSize : Options.MaxSegmentSize ?? DefaultSegment,
        TcpOptionName.Cork => Options.Cork ? 1 : 0,
        TcpOptionName.Linger2 => Options.FinWait2Seconds == 0 ? Seconds(Stack.Tcp.Settings.FinWait2Timeout) : Options.FinWait2Seconds,
        TcpOptionName.UserTimeout => (int)(Options.UserTimeout?.TotalMilliseconds ?? 0),
        _ => (int)Options.NotSentLowWater,
    };
}
